"""The peak of this process's resident size, reset and read once per trial through files that are kept open."""

import os
from pathlib import Path

from harness.probes.procfs import PROC

_RESET = b"5"  # proc(5), clear_refs: set the peak resident set size to the present one
_STATUS_BYTES = 4096  # VmHWM stands in the first kilobyte


class PeakMeter:
    """`reset` sets VmHWM back to what is resident now (and ru_maxrss with it), `read` gives it in bytes.

    A forked child opens its own files: an open file of /proc/self belongs to the process that opened it.
    """

    def __init__(self, proc: Path = PROC) -> None:
        self._folder = proc / "self"
        self._pid = 0
        self._status: int | None = None
        self._clear_refs: int | None = None

    def reset(self) -> bool:
        """Whether the kernel took it."""
        self._open_once()
        if self._clear_refs is None:
            return False
        try:
            return os.pwrite(self._clear_refs, _RESET, 0) == len(_RESET)
        except OSError:
            return self._again()

    def read(self) -> int | None:
        self._open_once()
        if self._status is None:
            return None
        try:
            text = os.pread(self._status, _STATUS_BYTES, 0)
            return int(text[text.index(b"VmHWM:") + 6 :].split(None, 1)[0]) * 1024
        except (OSError, ValueError, IndexError):
            self._again()
            return None

    def _again(self) -> bool:
        """A script that closes every descriptor took ours along: open them anew for the next time."""
        self._pid = 0
        return False

    def _open_once(self) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._status = _opened(self._folder / "status", os.O_RDONLY)
            self._clear_refs = _opened(self._folder / "clear_refs", os.O_WRONLY)


def _opened(path: Path, flags: int) -> int | None:
    try:
        return os.open(path, flags | os.O_CLOEXEC)
    except OSError:
        return None
