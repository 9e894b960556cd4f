"""How long a thread was ready to run while no core was free: the kernel's own account, /proc/<task>/schedstat."""

import os
import threading

from harness.model.descriptors import OwnDescriptor

_PATH = "/proc/thread-self/schedstat"  # "on-cpu ns, waiting ns, time slices" (Documentation/scheduler/sched-stats.rst)
_BYTES = 64


class _Open(threading.local):
    """The calling thread's own file, kept open: a second thread, or a forked child, needs another. It ends with it."""

    pid = 0
    file: OwnDescriptor | None = None


_open = _Open()


def runqueue_ns() -> int | None:
    """Nanoseconds that the calling thread has waited for a core since it began; None where the kernel does not tell."""
    here = _open
    if here.pid != os.getpid():
        here.pid, here.file = os.getpid(), OwnDescriptor(_PATH, os.O_RDONLY)
    if here.file is None:
        return None
    try:
        return int(here.file.read(_BYTES).split(None, 2)[1])
    except FileNotFoundError:  # a kernel without it: not asked again
        here.file = None
        return None
    except (OSError, ValueError, IndexError):
        return None
