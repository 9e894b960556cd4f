"""A file that a watched process keeps open by number, verified before each use: its script may close any number."""

import errno
import os
import resource
from contextlib import suppress
from fcntl import F_DUPFD_CLOEXEC, fcntl

_ABOVE = 512  # a script's own files get the numbers that they would get without us
_TIGHT = 64  # descriptors that a process may have: below that none is kept open between two uses
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW


class OwnDescriptor:
    """Opens its file at the first use, and again wherever the number no longer stands for that file.

    `os.closerange(3, 256)` and the like take a number away from us, and the script's next file gets it: so device and
    inode are compared at each use, and only then is the number read from, written to or closed. OSError of the opening
    rises as it is. Two threads that share one need a lock of their own; a forked child needs an object of its own where
    the file is one of /proc/self.
    """

    __slots__ = ("_device", "_flags", "_inode", "_is_tight", "_mode", "_number", "_path")

    def __init__(self, path: str | os.PathLike[str], flags: int, mode: int = 0o600) -> None:
        self._path, self._flags, self._mode = path, flags | _FLAGS, mode
        self._number = -1
        self._device = self._inode = 0
        self._is_tight = False

    def number(self) -> int:
        """The descriptor's number, verified just now."""
        return self.state()[0]

    def state(self) -> tuple[int, int]:
        """The descriptor's number, verified just now, and the file's size."""
        if self._number >= 0:
            try:
                seen = os.fstat(self._number)
            except OSError:
                self._number = -1
            else:
                if seen.st_ino == self._inode and seen.st_dev == self._device and seen.st_nlink:
                    return self._number, seen.st_size
                self._number = -1
        return self._open()

    def read(self, size: int) -> bytes:
        """The file's first bytes."""
        number = self._number  # as `state` and `rest`, written out: it runs several times per trial
        if number >= 0:
            try:
                seen = os.fstat(number)
                if seen.st_ino != self._inode or seen.st_dev != self._device or not seen.st_nlink:
                    number = self.number()
            except OSError:
                number = self.number()
        else:
            number = self.number()
        data = os.pread(number, size, 0)
        if self._is_tight:
            self.close()
        return data

    def rest(self) -> None:
        """After a use: give the number back where a process may have few."""
        if self._is_tight:
            self.close()

    def close(self) -> None:
        """Close it, if it is still ours."""
        number, self._number = self._number, -1
        if number >= 0:
            with suppress(OSError):
                seen = os.fstat(number)
                if seen.st_ino == self._inode and seen.st_dev == self._device:
                    os.close(number)

    def _open(self) -> tuple[int, int]:
        low = os.open(self._path, self._flags, self._mode)
        number = low
        try:
            number = fcntl(low, F_DUPFD_CLOEXEC, _ABOVE)
            os.close(low)
        except OSError as error:  # EINVAL: a limit below that; EMFILE: this was the last one
            if error.errno not in (errno.EINVAL, errno.EMFILE):
                raise
        seen = os.fstat(number)
        self._number, self._device, self._inode = number, seen.st_dev, seen.st_ino
        self._is_tight = 0 <= resource.getrlimit(resource.RLIMIT_NOFILE)[0] < _TIGHT
        return number, seen.st_size

    def __del__(self) -> None:
        """A thread that ends takes its own files along."""
        if self._number >= 0 and os is not None:
            self.close()


def may_grow_to(size: int) -> bool:
    """Whether this process may make a file as large (RLIMIT_FSIZE): the kernel would send SIGXFSZ at a write beyond."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return limit < 0 or size <= limit


def too_large(path: str | os.PathLike[str]) -> OSError:
    """What the kernel says of a file that would outgrow the limit of its process."""
    return OSError(errno.EFBIG, os.strerror(errno.EFBIG), os.fspath(path))
