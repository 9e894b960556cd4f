"""The barrier between two legs of a search that several processes run: no trial of a leg before all of the one before.

Each worker holds a shared lock on every leg that it may still run trials of, from before its first ticket. Who comes to
the next leg gives up its own lock and waits until it could have the leg alone. Locks are the kernel's (flock): a worker
that is killed holds none.
"""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from harness.model.files import PRIVATE
from harness.runner.searching.legs import Leg

_FILE = "leg-{index}.lock"


class Barrier:
    """One worker's side; made before it takes its first ticket. Tickets come in the order of legs."""

    def __init__(self, folder: Path, legs: Sequence[Leg]) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._held = [os.open(folder / _FILE.format(index=leg.index), flags, PRIVATE) for leg in legs[:-1]]
        self._passed = 0
        for descriptor in self._held:
            fcntl.flock(descriptor, fcntl.LOCK_SH)

    def wait_for(self, leg: int) -> None:
        """Return once no worker is in a leg before this one."""
        while self._passed < leg:
            descriptor = self._held[self._passed]
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            self._passed += 1

    def leave(self) -> None:
        """Give up whatever is still held: this worker runs no trial any more."""
        for descriptor in self._held:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)
        self._held = []


def remove_barrier(folder: Path) -> None:
    """Take its files away, once no worker is left."""
    for path in folder.glob(_FILE.format(index="*")):
        path.unlink(missing_ok=True)
