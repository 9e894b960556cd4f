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

ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""What the launcher must set: pyarrow's own pools reserve large arenas, which would be shown instead of their use."""
COLLAPSED = "allocations.collapsed.txt"
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
    """Tracks this process's allocations into `allocations-<pid>.bin`, which is whole only when `stop` has been called.

    A process that is killed leaves none. Only the state at the moment of most memory is kept, so that the file stays
    small however long the study. A second tracker in the process (the user's own) is left alone.
    """

    def __init__(self, folder: Path) -> None:
        self._memray = memray()
        self._folder = self._path = folder
        self._tracker: Any = None

    def start(self) -> None:
        """Track from now on; does nothing where it already does."""
        if self._tracker is not None:
            return
        path = self._path = self._folder / f"allocations-{os.getpid()}.bin"
        try:
            with _arguments_hidden():
                tracker = self._memray.Tracker(
                    destination=self._memray.FileDestination(path, overwrite=True),
                    file_format=self._memray.FileFormat.AGGREGATED_ALLOCATIONS,
                )
            path.chmod(PRIVATE)
            tracker.__enter__()
        except (OSError, RuntimeError):  # no room, or somebody else tracks
            return
        self._tracker = tracker

    def stop(self) -> None:
        """Write the file."""
        tracker, self._tracker = self._tracker, None
        if tracker is not None:
            with suppress(OSError):
                tracker.__exit__(None, None, None)
                self._path.chmod(PRIVATE)  # memray has packed it into a new file

    def before_fork(self) -> None: ...

    def after_fork_in_parent(self) -> None: ...

    def restart_after_fork(self) -> None:
        """In a forked child, which memray does not track: `start` begins anew, and sees what the child allocates.

        Memray has let go of the parent's file by then; leaving the tracker takes its hooks out of Python.
        """
        tracker, self._tracker = self._tracker, None
        if tracker is not None:
            tracker.__exit__(None, None, None)


def collapse(folder: Path) -> int:
    """Turn the trackers' files of a run into one of collapsed stacks with bytes; how many processes are in it.

    A line is `process <pid>;root (file:line);...;leaf (file:line) bytes`. Each process is shown at its own moment of
    most memory: the sum over processes is the most that there can have been. Files that a killed process left
    unfinished are passed over.
    """
    files = sorted(folder.glob("allocations-*.bin"))
    reader_of = memray().FileReader if files else None
    lines: list[str] = []
    processes = 0
    for path in files:
        pid = path.stem.rpartition("-")[2]
        try:
            sizes = _by_stack(reader_of, path)
        except (OSError, RuntimeError, ValueError):
            continue
        processes += 1
        lines += [f"process {pid};{stack} {size}" for stack, size in sorted(sizes.items()) if size > 0]
    if processes:
        make_private(folder / COLLAPSED).write_text(
            "".join(f"{line}\n" for line in lines), encoding="utf-8", errors="replace"
        )
    return processes


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
