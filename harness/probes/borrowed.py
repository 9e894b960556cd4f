"""Files that a library keeps open by number for us: by the time that it uses one, the number may be another file's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

_OWN = "/proc/self/fd"
_KERNELS = "/proc/"


class _Borrowed(NamedTuple):
    number: int
    path: str
    identity: tuple[int, int]  # device, inode


def open_numbers() -> frozenset[int]:
    """The descriptors of this process; none where nobody tells."""
    try:
        listed = [int(name) for name in os.listdir(_OWN)]  # noqa: PTH208
    except OSError:
        return frozenset()
    return frozenset(number for number in listed if _identity_of(number) is not None)  # not that of the listing itself


class BorrowedFiles:
    """What a library has opened since `before`, as far as it is `path` or a file of the kernel's about us."""

    def __init__(self, before: frozenset[int], path: str) -> None:
        self._files: list[_Borrowed] = []
        for number in sorted(open_numbers() - before):
            with suppress(OSError):
                place = os.readlink(f"{_OWN}/{number}")  # noqa: PTH115
                identity = _identity_of(number)
                if identity is not None and (place == path or place.startswith(_KERNELS)):
                    self._files.append(_Borrowed(number, place, identity))

    @contextmanager
    def given_back(self) -> Iterator[None]:
        """Within, the numbers stand for the files, whatever a script has closed or opened; then for what they did.

        Not for what the library has closed meanwhile.
        """
        lent = [(file, _lend(file)) for file in self._files if _identity_of(file.number) != file.identity]
        try:
            yield
        finally:
            for file, (saved, is_inheritable) in lent:
                _take_back(file, saved, is_inheritable)


def _lend(file: _Borrowed) -> tuple[int | None, bool]:
    """What the script had there, None: nothing; and whether its children inherit it."""
    saved, is_inheritable = None, False
    with suppress(OSError):
        saved, is_inheritable = os.dup(file.number), os.get_inheritable(file.number)
    mode = os.O_RDONLY if file.path.startswith(_KERNELS) else os.O_RDWR
    ours = os.open(file.path, mode | os.O_CLOEXEC | os.O_NOFOLLOW)
    if ours != file.number:
        os.dup2(ours, file.number, inheritable=False)
        os.close(ours)
    return saved, is_inheritable


def _take_back(file: _Borrowed, saved: int | None, is_inheritable: bool) -> None:
    with suppress(OSError):
        if saved is not None:
            os.dup2(saved, file.number, inheritable=is_inheritable)
            os.close(saved)
        elif _identity_of(file.number) == file.identity:
            os.close(file.number)


def _identity_of(number: int) -> tuple[int, int] | None:
    try:
        seen = os.fstat(number)
    except OSError:
        return None
    return seen.st_dev, seen.st_ino
