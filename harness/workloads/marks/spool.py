"""The spool of a run: what one of its processes made for all, each in a file that they map.

Whoever wants what is not there takes its lock, makes it and renames it into place; the others wait and map it. The lock
is the kernel's: it is free again when its holder is killed.
"""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import RunError
from harness.model.files import PRIVATE, draft_of
from harness.workloads.marks.packing import Packed, UnpackableError, pack, unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """A folder that lives as long as the run."""

    folder: Path

    def fetch(self, name: str, make: Callable[[], Any], what: str) -> Packed:
        """What `make` gives, made by one process and mapped by all.

        Raises RunError, naming `what` it is for, where there is no room. What cannot be packed stays this process's.
        """
        path = self.folder / name
        if not path.exists():
            with self.locked(name):
                if not path.exists():
                    own = self.put(name, make, what)
                    if own is not None:
                        return own
        try:
            return unpack(path)
        except Exception as error:  # whatever rebuilding a class of the user's own raises
            raise RunError(
                f"{what} was written for all workers and cannot be read back ({error}): let it return tables, arrays "
                "or tuples of them, or name the others: shared:NAME"
            ) from error

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def put(self, name: str, make: Callable[[], Any], what: str) -> Packed | None:
        """Make and write; None, or what `make` gave where it cannot be packed. Under a lock of the caller's."""
        value = [make()]
        try:
            with draft_of(self.folder / name, PRIVATE) as draft:
                pack(value[0], draft)
                value.clear()  # before others can map it: else there would be two for a while
                _give_back_memory()
        except UnpackableError as error:
            return Packed(value=value[0], mapped_bytes=0, pickled_bytes=0, unshared=str(error))
        except OSError as error:
            raise RunError(
                f"{what} cannot be written to {self.folder} ({error.strerror or error}): free space there, set "
                "HARNESS_HOME to a folder with more, or leave out the levers shared and precompute"
            ) from error
        return None

    def mark(self, name: str) -> None:
        """An empty file that `has` finds."""
        (self.folder / name).touch(PRIVATE)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Within, no other thread and no other process of the run is in a block of the same name."""
        lock = os.open(self.folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _give_back_memory() -> None:
    """Arrow's pools keep what was freed: hand it to the kernel, as this process no longer needs a copy."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None:
        pyarrow.default_memory_pool().release_unused()
