"""Exceptions that end a loop over trials: which, where and how often, so that a death is told before what it causes."""

import functools
import sys
import threading
from collections.abc import Callable
from types import ModuleType, TracebackType
from typing import Any

from harness.attach.frames import is_users, users
from harness.attach.hidden import hide_frame
from harness.model.record import Death
from harness.model.redaction import redacted

MOST = 16  # kinds kept apart in a process
_LOOP = "_optimize"  # what Study.optimize calls, in the module of Study
_SHOWN = 200
_SEEN = 4096  # of a message, looked through for passwords before it is cut
_DEEPEST = 50
_MOST_STEPS = 1000


class _Here(threading.local):
    depth = 0  # loops that the thread is in


class Deaths:
    """Counts the exceptions that left `optimize`. None is kept: its traceback would keep all that it refers to."""

    def __init__(self, on_death: Callable[[bool], None]) -> None:
        self._on_death = on_death
        self.forget()

    def forget(self) -> None:
        """Begin with nothing, as a forked child must."""
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str, str | None], int] = {}
        self.here = _Here()
        self._ended: tuple[str, str, str | None] | None = None

    def note(self, error: Exception) -> None:
        """An exception leaves the outermost loop over trials of a thread."""
        key = _key(error)
        with self._lock:
            is_new = key not in self._counts
            if is_new and len(self._counts) >= MOST:
                return
            self._counts[key] = self._counts.get(key, 0) + 1
        self._on_death(is_new)

    def note_end(self, open_trials: int) -> None:
        """The process ends: by an exception that no loop was left by, if one is on its way or was printed just now.

        multiprocessing has its children finish while it is on its way. The interpreter keeps what it printed: that
        counts where a trial was open, as else the script failed at something else.
        """
        error = sys.exc_info()[1]
        if error is None and open_trials and not hasattr(sys, "ps1"):
            error = getattr(sys, "last_value", None)
        if isinstance(error, Exception):
            key = _key(error)
            if key[:2] not in {known[:2] for known in self._counts}:
                self._ended = key

    def rows(self) -> tuple[Death, ...]:
        """What was noted so far."""
        with self._lock:
            items = list(self._counts.items())
        found = [Death(error=kind, message=said, where=place, count=n) for (kind, said, place), n in items]
        if self._ended is not None:
            kind, said, place = self._ended
            found.append(Death(error=kind, message=said, where=place, count=1, in_loop=False))
        return tuple(found)


def observe_deaths(module: ModuleType, deaths: Deaths) -> Callable[[], None]:
    """Note the exceptions that leave the loops of Optuna's module of studies; the answer undoes it."""
    inner = getattr(module, _LOOP, None)
    if inner is None:
        return lambda: None

    @functools.wraps(inner)
    def loop(*args: Any, **kwargs: Any) -> Any:
        here = deaths.here
        here.depth += 1
        try:
            return inner(*args, **kwargs)
        except BaseException as error:
            if here.depth == 1 and isinstance(error, Exception):  # what was asked for (Ctrl-C, sys.exit) is no death
                deaths.note(error)
            hide_frame(error)
            raise
        finally:
            here.depth -= 1

    setattr(module, _LOOP, loop)
    return lambda: setattr(module, _LOOP, inner)


def _key(error: BaseException) -> tuple[str, str, str | None]:
    root = root_of(error)
    return type(root).__name__, message_of(root), place_of(error)


def root_of(error: BaseException) -> BaseException:
    """What an exception says that it was caused by, to the first of all: `sqlite3`'s own below Optuna's."""
    for _ in range(_DEEPEST):
        if error.__cause__ is None:
            break
        error = error.__cause__
    return error


def message_of(error: BaseException) -> str:
    """The first line of what it says, without passwords."""
    try:
        text = str(error)[:_SEEN]
    except Exception:  # the class is the user's own
        return ""
    return redacted(text.strip().partition("\n")[0], is_cut=len(text) == _SEEN)[:_SHOWN]


def place_of(error: BaseException) -> str | None:
    """The innermost line that is the user's own: where it was raised, else where `optimize` was called."""
    steps = _steps(error.__traceback__)
    for step in reversed(steps):
        file = step.tb_frame.f_code.co_filename
        if is_users(file):
            return f"{file}:{step.tb_lineno}"
    place = users(steps[0].tb_frame) if steps else None
    return None if place is None else f"{place[0]}:{place[1]}"


def _steps(trace: TracebackType | None) -> list[TracebackType]:
    steps: list[TracebackType] = []
    while trace is not None and len(steps) < _MOST_STEPS:
        steps.append(trace)
        trace = trace.tb_next
    return steps
