"""Writes `stacks*.jsonl`: frames and stacks once each, samples by their ids; the form is harness.model.stacks'."""

from collections.abc import Sequence
from pathlib import Path

from harness.model.appending import RowFile
from harness.model.stacks import Frame, StackSource

Key = tuple[str, int, str]  # file, line, function
Row = tuple[float, int, int, int, str | None, int | None, float]


class StackWriter:
    """One file of samples. Each append is a whole line: a kill loses what was not yet flushed, never more.

    OSError of the disk rises as it is.
    """

    def __init__(self, path: Path, source: StackSource, rate_hz: float, *, why: str | None, began_s: float) -> None:
        self._file = RowFile(path)
        self._frames: dict[Key, int] = {}
        self._stacks: dict[tuple[int, ...], int] = {}
        self._rows: list[Row] = []
        row = {"kind": "source", "source": source.value, "rate_hz": rate_hz, "why": why, "began_s": began_s}
        self._file.append(row)

    @property
    def waiting(self) -> int:
        """Samples that are not yet on their way to disk."""
        return len(self._rows)

    @property
    def known(self) -> int:
        """Frames and stacks held in memory."""
        return len(self._frames) + len(self._stacks)

    def stack(self, frames: Sequence[Key]) -> int:
        """The id of a stack, root first; written when it is new."""
        ids = tuple(self._frame(frame) for frame in frames)
        found = self._stacks.get(ids)
        if found is None:
            found = self._stacks[ids] = len(self._stacks)
            self._file.append({"kind": "stack", "id": found, "frames": ids})
        return found

    def sample(self, row: Row) -> None:
        """Keep a sample for the next flush."""
        self._rows.append(row)

    def flush(self) -> None:
        """Append what was sampled since the last flush, in one write and in order of time."""
        if self._rows:
            rows, self._rows = sorted(self._rows, key=_at_s), []
            self._file.append({"kind": "samples", "rows": rows})

    def close(self) -> None:
        self._file.close()

    def _frame(self, frame: Key) -> int:
        found = self._frames.get(frame)
        if found is None:
            found = self._frames[frame] = len(self._frames)
            file, line, function = frame
            self._file.append({"kind": "frame", "id": found, "file": file, "line": line, "function": function})
        return found


def free_path(folder: Path, stem: str) -> Path:
    """The first of `stem-0.jsonl`, `stem-1.jsonl`, ... that is not there."""
    index = 0
    while (folder / f"{stem}-{index}.jsonl").exists():
        index += 1
    return folder / f"{stem}-{index}.jsonl"


def key_of(frame: Frame) -> Key:
    """A frame as the writer knows it."""
    return frame.file, frame.line, frame.function


def _at_s(row: Row) -> float:
    return row[0]
