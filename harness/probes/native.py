"""Threads of this process that Python does not know (BLAS, OpenMP, LightGBM): what they computed, and queued for.

Read from /proc/self/task/<tid>/schedstat at the ends of trials, so that work outside trials and other Python threads
(the main thread, a collection at exit) are never taken for a pool's.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

_TASKS = "/proc/self/task"
_BYTES = 64
_NANO = 1e-9
_REST = 100  # a reading is followed by so many times its own cost without one: at most 1 % of the time
_LEAST_SHARE = 0.05  # of the process's CPU in a trial, beyond the trial's own thread: below it nobody else computed
_LEAST_S = 0.001
_MUCH = 0.5  # of the busiest thread: what computes less is no worker of a pool


class Reading(NamedTuple):
    """CPU and run-queue nanoseconds of each native thread, by its id."""

    at_ns: int
    threads: Mapping[int, tuple[int, int]]


class Native(NamedTuple):
    """What native threads did between two readings."""

    cpu_s: float  # of all of them
    queued_s: float  # ready to run while no core was free; of all of them
    busy_s: float  # of the busiest: computing or queued, which is how long a pool was at work
    threads: int  # that worked at least half as long as the busiest


class NativeThreads:
    """Reads native threads round trials, no more often than its cost allows and only where somebody else computes."""

    def __init__(self, read: Callable[[], Reading | None] | None = None) -> None:
        self._read = read or read_native
        self._is_wanted = True
        self._next_ns = 0

    def before(self) -> Reading | None:
        """As a trial begins; None where it is not worth a reading."""
        if not self._is_wanted or time.perf_counter_ns() < self._next_ns:
            return None
        return self._timed()

    def after(self, before: Reading | None, cpu_s: float, process_cpu_s: float) -> Native | None:
        """As the trial ends, which took so much CPU in its own thread and in its process; None: not known."""
        others_s = process_cpu_s - cpu_s
        self._is_wanted = others_s > max(_LEAST_SHARE * process_cpu_s, _LEAST_S)
        if not self._is_wanted:
            return Native(0.0, 0.0, 0.0, 0) if before is not None else None
        after = None if before is None else self._timed()
        return None if before is None or after is None else native_between(before, after)

    def _timed(self) -> Reading | None:
        began_ns = time.perf_counter_ns()
        reading = self._read()
        ended_ns = time.perf_counter_ns()
        self._next_ns = ended_ns + _REST * (ended_ns - began_ns)
        return reading


def native_between(before: Reading, after: Reading) -> Native:
    """Only threads that were there both times: a new one may be a thread of Python's that begins or ends just now."""
    spent = []
    for thread, (cpu_ns, queued_ns) in after.threads.items():
        if thread in before.threads:
            cpu_before_ns, queued_before_ns = before.threads[thread]
            spent.append((max(cpu_ns - cpu_before_ns, 0), max(queued_ns - queued_before_ns, 0)))
    busiest_ns = max((cpu_ns + queued_ns for cpu_ns, queued_ns in spent if cpu_ns), default=0)
    worked = [one for one in spent if one[0] and sum(one) >= _MUCH * busiest_ns]
    return Native(
        cpu_s=sum(cpu_ns for cpu_ns, _ in spent) * _NANO,
        queued_s=sum(queued_ns for _, queued_ns in spent) * _NANO,
        busy_s=min(busiest_ns, after.at_ns - before.at_ns) * _NANO,
        threads=len(worked),
    )


def read_native() -> Reading | None:
    """Now; None where the kernel does not tell, or `threading` does not know all threads that run Python."""
    known = {thread.native_id for thread in list(threading._active.values())}  # type: ignore[attr-defined]
    if threading._limbo or len(sys._current_frames()) > len(known):  # type: ignore[attr-defined]
        return None
    at_ns = time.perf_counter_ns()
    try:
        tasks = [int(name) for name in os.listdir(_TASKS)]  # noqa: PTH208 - pathlib takes five times as long
    except (OSError, ValueError):
        return None
    found: dict[int, tuple[int, int]] = {}
    for task in tasks:
        if task not in known:
            spent = _spent(task)
            if spent is not None:
                found[task] = spent
    return Reading(at_ns, found)


def _spent(task: int) -> tuple[int, int] | None:
    """None for a thread that has ended meanwhile."""
    try:
        descriptor = os.open(f"{_TASKS}/{task}/schedstat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fields = os.read(descriptor, _BYTES).split(None, 2)
        return int(fields[0]), int(fields[1])
    except (OSError, ValueError, IndexError):
        return None
    finally:
        os.close(descriptor)
