"""Rows that a process could not write, told by the name of an empty file: making one needs no room on the disk."""

import re
from collections.abc import Mapping
from pathlib import Path

_NAME = re.compile(r"unwritten-([0-9]{1,10})-([0-9]{1,18})")


def unwritten_path(folder: Path, pid: int, rows: int) -> Path:
    """The file that says that so many rows of a process are not in its record."""
    return folder / f"unwritten-{pid}-{rows}"


def read_unwritten(folder: Path) -> Mapping[int, int]:
    """By pid: at least so many rows are missing."""
    found: dict[int, int] = {}
    for path in folder.glob("unwritten-*"):
        parts = _NAME.fullmatch(path.name)
        if parts is not None:
            pid, rows = int(parts[1]), int(parts[2])
            found[pid] = max(found.get(pid, 0), rows)
    return found
