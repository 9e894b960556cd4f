"""Which data was brought in and which features were computed, how often and how long: the evidence of repeated work."""

import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

from harness.model.record import Load
from harness.model.redaction import SHOWN, call_text, redacted
from harness.probes.identity import file_key, identity_of

MOST_KEYS = 512  # kinds of calls kept apart in a process; the rest are one line
MOST_OPENED = 20_000  # files looked at when they are opened, in a process: 0.2 s of CPU in all
_OTHERS = "(others)"

Place = tuple[str, int, str]  # file, line and function


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
    __slots__ = ("calls", "cpu_ns", "first_ns", "in_trials", "is_timed", "wall_ns", "where")

    def __init__(self) -> None:
        self.calls = self.in_trials = self.wall_ns = self.cpu_ns = 0
        self.first_ns: int | None = None
        self.is_timed = False
        self.where: Place | None = None


class _Depth(threading.local):
    value = 0


class _Key(NamedTuple):
    what: str
    arguments: str
    identity: str | None  # None: not sure


class Begun(NamedTuple):
    """A call that runs: what it is, and the clocks at its beginning."""

    key: _Key
    where: Place | None
    wall_ns: int
    cpu_ns: int


class Loads:
    """Counts calls by what was called with which arguments. A load inside another belongs to the outer one."""

    def __init__(
        self, in_trial: Callable[[], bool], place: Callable[[FrameType], Place | None] = lambda frame: None
    ) -> None:
        self._in_trial = in_trial
        self._place = place  # the user's own line, from a frame up
        self.forget()

    def forget(self) -> None:
        """Begin with nothing, as a forked child must."""
        self._tallies: dict[_Key, _Tally] = {}
        self._depth = _Depth()
        self._lock = threading.Lock()
        self._looks = MOST_OPENED
        self.cost_ns = 0  # of telling what is read, which is ours and no part of reading it

    def call(self, what: str, function: Callable[..., Any], args: Any, kwargs: Any, known: Any = None) -> Any:
        """The function's answer; the call is counted and timed, under `known` where that tells it from others."""
        asked, named = (args, kwargs) if known is None else ((known,), {})
        mark = self.begin(what, asked, named, sys._getframe(1))
        if mark is None:
            return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        finally:
            self.end(mark)

    def begin(self, what: str, args: Any, kwargs: Any, caller: FrameType | None = None) -> "Begun | None":
        """A call begins in this thread: what `end` is to be given; None where it is part of another.

        Its data is looked at before the call, which may move a stream or change a file.
        """
        depth = self._depth
        if depth.value:
            return None
        depth.value = 1
        began_ns = time.thread_time_ns()
        try:
            text, (_, identity) = shown(args, kwargs), identity_of(what, args, kwargs)
            where = self._place(caller) if caller is not None and is_lazy(what, text) else None
        except BaseException:
            depth.value = 0
            raise
        wall_ns, cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
        self.cost_ns += cpu_ns - began_ns
        return Begun(_Key(what, text, identity), where, wall_ns, cpu_ns)

    def end(self, begun: "Begun") -> None:
        """The call has ended: it is counted and timed."""
        wall_ns, cpu_ns = time.perf_counter_ns() - begun.wall_ns, time.thread_time_ns() - begun.cpu_ns
        self._depth.value = 0
        self._add(begun.key, wall_ns, cpu_ns, begun.where)

    def opened(self, path: str, where: Place | None = None) -> None:
        """A file is about to be opened for reading inside a trial, by nobody whose time is known."""
        if self._depth.value:
            return
        began_ns = time.thread_time_ns()
        self._looks -= 1
        identity = file_key(path) if self._looks >= 0 else None
        self._add(_Key("open", redacted(path[-SHOWN:]), identity), None, None, where)
        self.cost_ns += time.thread_time_ns() - began_ns

    def rows(self) -> tuple[Load, ...]:
        """What was counted so far, most calls first."""
        with self._lock:
            items = list(self._tallies.items())
        found = [
            Load(
                what=key.what,
                arguments=key.arguments,
                calls=tally.calls,
                calls_in_trials=tally.in_trials,
                wall_s=tally.wall_ns * 1e-9 if tally.is_timed else None,
                cpu_s=tally.cpu_ns * 1e-9 if tally.is_timed else None,
                first_wall_s=None if tally.first_ns is None else tally.first_ns * 1e-9,
                identity=key.identity,
                is_sure=key.identity is not None,
                where=tally.where,
            )
            for key, tally in items
        ]
        return tuple(sorted(found, key=lambda load: -load.calls))

    def _add(self, key: _Key, wall_ns: int | None, cpu_ns: int | None, where: Place | None = None) -> None:
        with self._lock:
            if key not in self._tallies and len(self._tallies) >= MOST_KEYS:
                self._fold()
                if len(self._tallies) >= MOST_KEYS:
                    key = _Key(key.what, _OTHERS, None)
            tally = self._tallies.get(key)
            if tally is None:
                tally = self._tallies[key] = _Tally()
                tally.where = where
            tally.calls += 1
            tally.in_trials += self._in_trial()
            if wall_ns is not None and cpu_ns is not None:
                tally.is_timed = True
                tally.wall_ns += wall_ns
                tally.cpu_ns += cpu_ns
                if tally.first_ns is None:
                    tally.first_ns = wall_ns

    def _fold(self) -> None:
        """Make room: what was met once so far, as a file that is written anew for each trial, is one line."""
        for key in [key for key, tally in self._tallies.items() if tally.calls == 1 and key.arguments != _OTHERS]:
            tally = self._tallies.pop(key)
            others = self._tallies.setdefault(_Key(key.what, _OTHERS, None), _Tally())
            others.calls += tally.calls
            others.in_trials += tally.in_trials
            others.is_timed = others.is_timed or tally.is_timed
            others.wall_ns += tally.wall_ns
            others.cpu_ns += tally.cpu_ns


def is_lazy(what: str, arguments: str) -> bool:
    """Whether a reader only opens what it reads later: NumPy's archives."""
    return what == "numpy.load" and ".npz" in arguments


def shown(args: Any, kwargs: Any) -> str:
    """Arguments as short text, without secrets."""
    try:
        return call_text(args, kwargs)
    except Exception:  # the values are the user's own, and so is whatever they do when they are looked at
        return ""
