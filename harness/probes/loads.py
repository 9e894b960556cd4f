"""Which data was brought in and which features were computed, how often and how long: the evidence of repeated work."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from harness.model.addresses import without_password
from harness.model.record import Load

MOST_KEYS = 512  # kinds of calls kept apart in a process; the rest are one line
_OTHERS = "(others)"
_SHOWN = 200


class _Book(Protocol):
    def __call__(self, what: str, function: Callable[..., Any], args: Any, kwargs: Any, known: Any = None) -> Any: ...


_book: "Loads | None" = None


def hear_loads(book: "Loads | None") -> "Loads | None":
    """Make `book` the one that hears of every load of this process (None: nobody); returns the one before."""
    global _book
    before, _book = _book, book
    return before


def loads() -> "Loads | None":
    """Who hears of loads now."""
    return _book


class _Tally:
    __slots__ = ("calls", "cpu_ns", "first_ns", "in_trials", "is_timed", "wall_ns")

    def __init__(self) -> None:
        self.calls = self.in_trials = self.wall_ns = self.cpu_ns = 0
        self.first_ns: int | None = None
        self.is_timed = False


class _Depth(threading.local):
    value = 0


class Loads:
    """Counts calls by what was called with which arguments. A load inside another belongs to the outer one."""

    def __init__(self, in_trial: Callable[[], bool]) -> None:
        self._in_trial = in_trial
        self.forget()

    def forget(self) -> None:
        """Begin with nothing, as a forked child must."""
        self._tallies: dict[tuple[str, str], _Tally] = {}
        self._depth = _Depth()
        self._lock = threading.Lock()

    def call(self, what: str, function: Callable[..., Any], args: Any, kwargs: Any, known: Any = None) -> Any:
        """The function's answer; the call is counted and timed, under `known` where that tells it from others."""
        depth = self._depth
        if depth.value:
            return function(*args, **kwargs)
        depth.value = 1
        wall_ns, cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
        try:
            return function(*args, **kwargs)
        finally:
            wall_ns, cpu_ns = time.perf_counter_ns() - wall_ns, time.thread_time_ns() - cpu_ns
            depth.value = 0
            text = arguments_text(args, kwargs) if known is None else arguments_text((known,), {})
            self._add(what, text, wall_ns, cpu_ns)

    def opened(self, path: str) -> None:
        """A file was opened for reading inside a trial, by nobody whose time is known."""
        if not self._depth.value:
            self._add("open", path[-_SHOWN:], None, None)

    def rows(self) -> tuple[Load, ...]:
        """What was counted so far, most calls first."""
        with self._lock:
            items = list(self._tallies.items())
        found = [
            Load(
                what=what,
                arguments=arguments,
                calls=tally.calls,
                calls_in_trials=tally.in_trials,
                wall_s=tally.wall_ns * 1e-9 if tally.is_timed else None,
                cpu_s=tally.cpu_ns * 1e-9 if tally.is_timed else None,
                first_wall_s=None if tally.first_ns is None else tally.first_ns * 1e-9,
            )
            for (what, arguments), tally in items
        ]
        return tuple(sorted(found, key=lambda load: -load.calls))

    def _add(self, what: str, arguments: str, wall_ns: int | None, cpu_ns: int | None) -> None:
        with self._lock:
            key = (what, arguments)
            if key not in self._tallies and len(self._tallies) >= MOST_KEYS:
                key = (what, _OTHERS)
            tally = self._tallies.get(key)
            if tally is None:
                tally = self._tallies[key] = _Tally()
            tally.calls += 1
            tally.in_trials += self._in_trial()
            if wall_ns is not None and cpu_ns is not None:
                tally.is_timed = True
                tally.wall_ns += wall_ns
                tally.cpu_ns += cpu_ns
                if tally.first_ns is None:
                    tally.first_ns = wall_ns


def arguments_text(args: Any, kwargs: Any) -> str:
    """Arguments as short text that is the same for the same call, without passwords.

    Only values that compare by what they are count as the same; a table or an open file is told by its identity.
    """
    parts = [_text(value) for value in args] + [f"{name}={_text(value)}" for name, value in sorted(kwargs.items())]
    return without_password(", ".join(parts))[:_SHOWN]


def _text(value: Any) -> str:
    if value is None or isinstance(value, (str, int, float, bool)):
        return repr(value) if not isinstance(value, str) else value
    if isinstance(value, os.PathLike):
        return os.fspath(value) if isinstance(os.fspath(value), str) else repr(value)
    if isinstance(value, (list, tuple)) and len(value) <= 16:
        return f"[{', '.join(_text(item) for item in value)}]"
    return f"<{type(value).__name__} {id(value):x}>"
