"""What a case measures of itself: plain clocks around its own blocks, written to a file at its end.

It is copied next to each case. It shares nothing with the harness, and does nothing but read clocks.
"""

import atexit
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

_WALL_S: dict[str, float] = defaultdict(float)
_CPU_S: dict[str, float] = defaultdict(float)
_PID = os.getpid()


@contextmanager
def clock(place: str) -> Iterator[None]:
    """Adds the wall and the thread's CPU of the block to `place`."""
    wall_s, cpu_s = time.perf_counter(), time.thread_time()
    try:
        yield
    finally:
        _WALL_S[place] += time.perf_counter() - wall_s
        _CPU_S[place] += time.thread_time() - cpu_s


def _age_s() -> float:
    """How long this process has existed, by the kernel."""
    with open("/proc/self/stat", encoding="ascii") as stat:  # noqa: PTH123
        started = int(stat.read().rpartition(")")[2].split()[19])
    with open("/proc/uptime", encoding="ascii") as uptime:  # noqa: PTH123
        return float(uptime.read().split()[0]) - started / os.sysconf("SC_CLK_TCK")


_READY_S = _age_s()  # cases import this module last: the interpreter's start, and all other imports


@atexit.register
def _write() -> None:
    path = os.environ.get("DIAGNOSIS_CLOCKS")
    if path and os.getpid() == _PID:
        truth = {"wall_s": _WALL_S, "cpu_s": _CPU_S, "age_s": _age_s(), "ready_s": _READY_S}
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps(truth) + "\n")
