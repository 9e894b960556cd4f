"""One process at a time carries an experiment out: a lock that the kernel lets go when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import InputError
from harness.model.files import PRIVATE

_LOCK = "lock"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Within, no other process may enter for the same folder; raises InputError where one has."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"{folder.name} is being carried out by another process: wait for it, or stop it"
            ) from None
        yield
    finally:
        os.close(descriptor)
