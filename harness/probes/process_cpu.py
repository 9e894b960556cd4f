"""CPU that another process has used, and how long it waited for a core: the kernel's accounts in /proc."""

import os
from pathlib import Path

from harness.probes.procfs import PROC, parse_integer, read_text

_USER, _SYSTEM = 11, 12  # proc(5), /proc/<pid>/stat: utime and stime, counted from the field after the name
_NS_PER_S = 1e9


def process_cpu_s(pid: int, proc: Path = PROC) -> float | None:
    """User and system time of all threads, those that ended included; None when it has ended. In ticks of 10 ms."""
    # The name in brackets may hold blanks and brackets of its own: what counts comes after the last one.
    fields = (read_text(proc / str(pid) / "stat") or "").rpartition(")")[2].split()
    ticks = [parse_integer(value) for value in fields[_USER : _SYSTEM + 1]]
    known = [value for value in ticks if value is not None]
    return sum(known) / os.sysconf("SC_CLK_TCK") if len(known) == 2 else None


def queued_s(pid: int, proc: Path = PROC) -> float | None:
    """How long its first thread was ready to run while no core was free; None where the kernel does not tell."""
    fields = (read_text(proc / str(pid) / "schedstat") or "").split()
    waited_ns = parse_integer(fields[1]) if len(fields) > 1 else None
    return None if waited_ns is None else waited_ns / _NS_PER_S
