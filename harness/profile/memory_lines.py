"""What each line of an objective added to its process's memory, over all processes of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import RecordError
from harness.model.codec import decode
from harness.model.store import read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLine:
    """A line and what it added to the resident memory, over all its occurrences; what others freed is taken off."""

    file: str
    line: int
    source: str
    increment_bytes: int
    occurrences: int


def read_memory_lines(folder: Path) -> tuple[MemoryLine, ...] | None:
    """Lines of all processes merged, largest increment first; None where they were not asked for.

    Raises RecordError for a file that is damaged.
    """
    merged: dict[tuple[str, int], MemoryLine] = {}
    paths = sorted(folder.glob("memory-lines-*.json"))
    for path in paths:
        for line in _lines(path, read_json(path) or {}):
            before = merged.get((line.file, line.line))
            merged[line.file, line.line] = line if before is None else _sum(before, line)
    if not paths:
        return None
    return tuple(sorted(merged.values(), key=lambda line: (-line.increment_bytes, line.file, line.line)))


def _lines(path: Path, data: Mapping[str, Any]) -> list[MemoryLine]:
    rows = data.get("lines")
    if not isinstance(rows, list):
        raise RecordError(f"{path} is damaged (it has no list of lines): remove the file to read the rest")
    return [decode(MemoryLine, row, str(path)) for row in rows]


def _sum(one: MemoryLine, other: MemoryLine) -> MemoryLine:
    return MemoryLine(
        file=one.file,
        line=one.line,
        source=one.source,
        increment_bytes=one.increment_bytes + other.increment_bytes,
        occurrences=one.occurrences + other.occurrences,
    )
