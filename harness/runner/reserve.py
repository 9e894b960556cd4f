"""The room on the disk that a run keeps for its last words, and what launchers that were killed have left of theirs."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.model.store import RESERVE, RESERVE_BYTES


@contextmanager
def reserve_in(folder: Path) -> Iterator[None]:
    """A reserve in the record's folder, ours as long as we are alive; those of launchers that are not are removed."""
    remove_left(folder.parent)
    path = folder / RESERVE
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(descriptor, bytes(RESERVE_BYTES))
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def remove_left(runs: Path) -> None:
    """Remove the reserves that nobody holds any more."""
    for path in runs.glob(f"*/{RESERVE}"):
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(descriptor)
