"""How long this process has lived, by the kernel's account of when it began."""

import os
import time
from pathlib import Path

from harness.probes.procfs import PROC, parse_integer, read_text

_STARTTIME = 19  # field 22 of proc(5)'s stat, counted from behind the bracketed name


def age_s(proc: Path = PROC) -> float | None:
    """Seconds since this process began, to a clock tick (10 ms); None where the platform does not tell.

    A process that was forked began at the fork.
    """
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return None
    fields = (read_text(proc / "self" / "stat") or "").rpartition(")")[2].split()
    ticks = parse_integer(fields[_STARTTIME]) if len(fields) > _STARTTIME else None
    if ticks is None:
        return None
    return max(time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK"), 0.0)
