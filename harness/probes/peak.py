"""The peak of this process's resident size, reset and read once per trial through files that are kept open."""

import os
from pathlib import Path

from harness.model.descriptors import OwnDescriptor
from harness.probes.procfs import PROC

_RESET = b"5"  # proc(5), clear_refs: set the peak resident set size to the present one
_STATUS_BYTES = 4096  # VmHWM stands in the first kilobyte


class PeakMeter:
    """`reset` sets VmHWM back to what is resident now (and ru_maxrss with it), `read` gives it in bytes.

    A forked child opens its own files: an open file of /proc/self belongs to the process that opened it. What is
    written goes to a descriptor that was just verified to be clear_refs: another file in its place would get a "5".
    """

    def __init__(self, proc: Path = PROC) -> None:
        self._folder = proc / "self"
        self._pid = 0
        self._open()

    def reset(self) -> bool:
        """Whether the kernel took it."""
        self._open_once()
        try:
            taken = os.pwrite(self._clear_refs.number(), _RESET, 0) == len(_RESET)
        except OSError:
            return False
        self._clear_refs.rest()
        return taken

    def read(self) -> int | None:
        self._open_once()
        try:
            text = self._status.read(_STATUS_BYTES)
            return int(text[text.index(b"VmHWM:") + 6 :].split(None, 1)[0]) * 1024
        except (OSError, ValueError, IndexError):
            return None

    def _open_once(self) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._open()

    def _open(self) -> None:
        self._status = OwnDescriptor(self._folder / "status", os.O_RDONLY)
        self._clear_refs = OwnDescriptor(self._folder / "clear_refs", os.O_WRONLY)
