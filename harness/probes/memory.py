"""Memory of this process, of another and of a process tree, from /proc; psutil's RSS where there is no /proc."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from harness.model.descriptors import OwnDescriptor
from harness.model.memory import ProcessMemory, TreeMemory
from harness.probes.process_cpu import process_cpu_s, queued_s
from harness.probes.procfs import PROC, kib_bytes, parse_integer, read_text

__all__ = ["RssMeter", "peak_rss_bytes", "process_memory", "reset_peak", "rss_bytes", "tree_memory"]

_PRIVATE = ("Private_Clean", "Private_Dirty", "Private_Hugetlb")
_PEAK_RESET = "5"  # proc(5), clear_refs: set the peak resident set size to the present one
_STATM_BYTES = 128  # seven numbers of at most 20 digits never come near it on a real machine


class RssMeter:
    """Reads this process's resident set size from a file that it keeps open: three microseconds.

    Correct in forked children: an open statm belongs to the process that opened it, so a child opens its own. The
    kernel may lag behind by some pages per thread (proc(5)); `process_memory` is exact and costs a thousand times as
    much. Safe to call from any thread.
    """

    __slots__ = ("_file", "_page_bytes", "_path", "_pid")

    def __init__(self, proc: Path = PROC) -> None:
        self._path = proc / "self" / "statm"
        self._page_bytes = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
        self._pid = 0
        self._file = OwnDescriptor(self._path, os.O_RDONLY)

    def __call__(self) -> int | None:
        """Resident bytes now; None where neither /proc nor psutil can tell."""
        if self._pid != os.getpid():
            self._pid, self._file = os.getpid(), OwnDescriptor(self._path, os.O_RDONLY)
        try:
            return int(self._file.read(_STATM_BYTES).split(None, 2)[1]) * self._page_bytes
        except FileNotFoundError:
            return _psutil_rss(self._pid)
        except (OSError, ValueError, IndexError):  # no descriptor is left, above all
            return None


rss_bytes = RssMeter()
"""Resident bytes of this process now: `rss_bytes()`, about two microseconds."""


def peak_rss_bytes(pid: int | None = None, proc: Path = PROC) -> int | None:
    """The highest resident size of a process (this one by default) since its start or its last `reset_peak`: VmHWM.

    Unlike getrusage's ru_maxrss it does not begin at the peak of the process that launched it.
    """
    return kib_bytes(read_text(proc / _name(pid) / "status"), "VmHWM")


def reset_peak(proc: Path = PROC) -> bool:
    """Set this process's VmHWM back to what is resident now (and ru_maxrss with it); whether the kernel took it."""
    try:
        with (proc / "self" / "clear_refs").open("r+") as file:  # not "w": it must never make such a file
            file.write(_PEAK_RESET)
    except OSError:
        return False
    return True


def process_memory(pid: int, proc: Path = PROC) -> ProcessMemory | None:
    """RSS, USS and PSS of one process; None when it has ended (a zombie has). Costs 0.2 ms for a bare
    interpreter and more than 1 ms from half a gigabyte on: the kernel walks every page.

    USS and PSS are None where the kernel keeps them from us: another user's process, or no smaps_rollup.
    """
    if not _has_proc(proc):
        rss = _psutil_rss(pid)
        return None if rss is None else ProcessMemory(pid=pid, rss_bytes=rss, uss_bytes=None, pss_bytes=None)
    folder = proc / str(pid)
    rollup = read_text(folder / "smaps_rollup")
    rss = kib_bytes(rollup, "Rss")
    if rss is None:
        rss = _statm_rss(folder)
        # A zombie has no memory left, and a kernel thread never had any.
        return ProcessMemory(pid=pid, rss_bytes=rss, uss_bytes=None, pss_bytes=None) if rss else None
    private = [kib_bytes(rollup, name) for name in _PRIVATE]
    return ProcessMemory(
        pid=pid,
        rss_bytes=rss,
        uss_bytes=sum(part for part in private if part is not None) if private[0] is not None else None,
        pss_bytes=kib_bytes(rollup, "Pss"),
    )


def tree_memory(pid: int, proc: Path = PROC, clock: Callable[[], float] = time.time) -> TreeMemory:
    """Sample a process and its descendants, memory and CPU, one after the other: a sum over a moment, not an instant.

    A descendant whose parent has ended belongs to another tree and is not seen.
    """
    at_s = clock()
    pids = _tree(pid, proc) if _has_proc(proc) else _psutil_tree(pid)
    readings = [_reading(member, proc) for member in pids]
    processes = tuple(reading for reading in readings if reading is not None)
    shares = [process.pss_bytes for process in processes]
    known = [share for share in shares if share is not None]
    return TreeMemory(
        at_s=at_s,
        processes=processes,
        pss_bytes=sum(known) if known and len(known) == len(shares) else None,
        vanished=len(readings) - len(processes),
    )


def _reading(pid: int, proc: Path) -> ProcessMemory | None:
    memory = process_memory(pid, proc)
    return memory and replace(memory, cpu_s=process_cpu_s(pid, proc), queued_s=queued_s(pid, proc))


def _tree(pid: int, proc: Path) -> list[int]:
    """The pid and its descendants, each after its parent. Asks each thread for its children, or every process."""
    lists_children = read_text(proc / str(pid) / "task" / str(pid) / "children") is not None
    parents = None if lists_children else _parents(proc)
    found = [pid]
    for member in found:
        if parents is not None:
            children = [child for child, parent in parents.items() if parent == member]
        else:
            children = _children(proc / str(member) / "task")
        found.extend(child for child in children if child not in found)
    return found


def _children(tasks: Path) -> list[int]:
    try:
        threads = list(tasks.iterdir())
    except OSError:
        return []
    texts = (read_text(thread / "children") or "" for thread in threads)
    return [int(child) for text in texts for child in text.split()]


def _parents(proc: Path) -> dict[int, int]:
    """Every process's parent, for kernels built without the list of children (CONFIG_PROC_CHILDREN)."""
    parents = {}
    for folder in proc.iterdir():
        if not folder.name.isdigit():
            continue
        # The name in brackets may hold blanks and brackets of its own: what counts comes after the last one.
        fields = (read_text(folder / "stat") or "").rpartition(")")[2].split()
        parent = parse_integer(fields[1]) if len(fields) > 1 else None
        if parent is not None:
            parents[int(folder.name)] = parent
    return parents


def _statm_rss(folder: Path) -> int | None:
    fields = (read_text(folder / "statm") or "").split()
    pages = parse_integer(fields[1]) if len(fields) > 1 else None
    return None if pages is None else pages * os.sysconf("SC_PAGE_SIZE")


def _name(pid: int | None) -> str:
    return "self" if pid is None else str(pid)


def _has_proc(proc: Path) -> bool:
    return (proc / "self").exists()


def _psutil_rss(pid: int) -> int | None:
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None


def _psutil_tree(pid: int) -> list[int]:
    import psutil

    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.Error:
        return [pid]
