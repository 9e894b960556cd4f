"""Memory and CPU of processes and of a process tree at one moment. None means "not readable here", never zero."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMemory:
    """Memory of one process, and the CPU that it has used by then.

    RSS counts a page once for every process that maps it. USS counts the pages that this process alone maps: what
    its end would free. PSS charges each shared page in equal parts to those who map it, so that PSS adds up over
    processes and RSS does not.
    """

    pid: int
    rss_bytes: int | None
    uss_bytes: int | None
    pss_bytes: int | None
    cpu_s: float | None = None  # user and system time of all its threads since it began
    queued_s: float | None = None  # in which its first thread was ready to run and had no core


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeMemory:
    """One sample of a process and all its descendants."""

    at_s: float  # since the Unix epoch
    processes: tuple[ProcessMemory, ...]  # the root first, where it is still there
    pss_bytes: int | None  # summed; None when any process's share could not be read, and when none was left
    vanished: int  # processes that were listed but had ended before they were read
