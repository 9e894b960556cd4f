"""How long a thread was ready to run while no core was free: the kernel's own account, /proc/<task>/schedstat."""

import os
import threading

_PATH = "/proc/thread-self/schedstat"  # "on-cpu ns, waiting ns, time slices" (Documentation/scheduler/sched-stats.rst)
_BYTES = 64


class _Open(threading.local):
    """The calling thread's own file, kept open: a second thread, or a forked child, needs another."""

    pid = 0
    descriptor: int | None = None


_open = _Open()


def runqueue_ns() -> int | None:
    """Nanoseconds that the calling thread has waited for a core since it began; None where the kernel does not tell."""
    if _open.pid != os.getpid():
        _reopen()
    if _open.descriptor is None:
        return None
    try:
        return int(os.pread(_open.descriptor, _BYTES, 0).split(None, 2)[1])
    except (OSError, ValueError, IndexError):  # the script closed every descriptor, ours among them
        _reopen()
        return None


def _reopen() -> None:
    """Open this thread's file. The descriptor before is left alone: its number may be another file's by now."""
    _open.pid = os.getpid()
    try:
        _open.descriptor = os.open(_PATH, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        _open.descriptor = None
