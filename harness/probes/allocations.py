"""Allocations at the moment of most memory, by memray, in each process; on request only."""

import importlib
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.errors import LackingError
from harness.model.files import PRIVATE, make_private
from harness.probes.borrowed import BorrowedFiles, open_numbers

ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""What the launcher must set: pyarrow's own pools reserve large arenas, which would be shown instead of their use."""
COLLAPSED = "allocations.collapsed.txt"
_NEVER_MS = (
    10**9
)  # memray's thread aborts the process where it reads a file that the script has closed; we need no sizes
MOST_FILES = 8  # of one process that forks again and again: it goes on untracked
_MOST_FRAMES = 100
_SEPARATORS = str.maketrans({";": ",", "\n": " ", "\r": " "})


def memray() -> ModuleType:
    """The module; raises LackingError where it is not installed."""
    try:
        return importlib.import_module("memray")
    except ImportError as error:
        raise LackingError(
            "the flame graph of allocations needs memray, which is not installed: pip install study-harness[memray]"
        ) from error


@contextmanager
def _arguments_hidden() -> Iterator[None]:
    """Memray writes the process's arguments into its file: within, there are none."""
    arguments = getattr(sys, "argv", None)
    sys.argv = arguments[:1] if isinstance(arguments, list) else []
    try:
        yield
    finally:
        if arguments is None:
            del sys.argv
        else:
            sys.argv = arguments


class Allocations:
    """Tracks this process's allocations into `allocations-<pid>-<n>.bin`, whole only when the tracker has been left.

    A process that is killed leaves none. Only the state at the moment of most memory is kept, so that the file stays
    small however long the study. A second tracker in the process (the user's own) is left alone.

    Nothing is tracked while the process forks: a child cannot leave a tracker that it inherited (memray waits for a
    thread that the child does not have, at the latest when it exits). So each fork ends a file, and what was allocated
    before it is in that file only.
    """

    def __init__(self, folder: Path) -> None:
        self._memray = memray()
        self._folder = self._path = folder
        self._tracker: Any = None
        self._open = BorrowedFiles(open_numbers(), "")
        self._files = 0
        self._is_interrupted = False

    def start(self) -> None:
        """Track from now on; does nothing where it already does, or where there were too many forks."""
        if self._tracker is not None or self._files >= MOST_FILES:
            return
        path = self._path = self._folder / f"allocations-{os.getpid()}-{self._files}.bin"
        before = open_numbers()
        try:
            with _arguments_hidden():
                tracker = self._memray.Tracker(
                    destination=self._memray.FileDestination(path, overwrite=True),
                    file_format=self._memray.FileFormat.AGGREGATED_ALLOCATIONS,
                    memory_interval_ms=_NEVER_MS,
                )
            path.chmod(PRIVATE)
            tracker.__enter__()
        except (OSError, RuntimeError):  # no room, or somebody else tracks
            return
        self._tracker, self._open = tracker, BorrowedFiles(before, str(path))
        self._files += 1

    def stop(self) -> None:
        """Write the file."""
        tracker, self._tracker = self._tracker, None
        if tracker is not None:
            with suppress(OSError), self._open.given_back():
                tracker.__exit__(None, None, None)
                self._path.chmod(PRIVATE)  # memray has packed it into a new file

    def before_fork(self) -> None:
        self._is_interrupted = self._tracker is not None
        self.stop()

    def after_fork_in_parent(self) -> None:
        """Go on, save from Python 3.13 on, which counts threads after this (memray has one): there a trial does."""
        if self._is_interrupted and sys.version_info < (3, 13):
            self.start()

    def restart_after_fork(self) -> None:
        """In a forked child: `start` begins anew, and sees what the child allocates."""
        self._files = 0


def collapse(folder: Path) -> int:
    """Turn the trackers' files of a run into one of collapsed stacks with bytes; how many processes are in it.

    A line is `process <pid>;root (file:line);...;leaf (file:line) bytes`. Each process is shown at its own moment of
    most memory, of its files by the largest: the sum over processes is the most that there can have been. Files that a
    killed process left unfinished are passed over.
    """
    files = sorted(folder.glob("allocations-*.bin"))
    reader_of = memray().FileReader if files else None
    largest: dict[str, dict[str, int]] = {}
    for path in files:
        pid = path.stem.split("-")[1]
        try:
            sizes = _by_stack(reader_of, path)
        except (OSError, RuntimeError, ValueError):
            continue
        largest[pid] = max(largest.get(pid, {}), sizes, key=lambda held: sum(held.values()))
    lines = [
        f"process {pid};{stack} {size}"
        for pid, sizes in largest.items()
        for stack, size in sorted(sizes.items())
        if size
    ]
    if largest:
        make_private(folder / COLLAPSED).write_text(
            "".join(f"{line}\n" for line in lines), encoding="utf-8", errors="replace"
        )
    return len(largest)


def _by_stack(reader_of: Any, path: Path) -> dict[str, int]:
    sizes: dict[str, int] = defaultdict(int)
    with reader_of(os.fspath(path)) as reader:
        for record in reader.get_high_watermark_allocation_records(merge_threads=True):
            frames = [frame_text(*frame) for frame in record.stack_trace(max_stacks=_MOST_FRAMES)]
            sizes[";".join(reversed(frames)) or "outside Python"] += int(record.size)
    return sizes


def frame_text(function: str, file: str, line: int) -> str:
    """A frame as it stands in a collapsed stack, where semicolons and line ends divide."""
    return f"{function} ({file}:{line})".translate(_SEPARATORS)
