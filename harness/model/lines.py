"""Files of JSON lines read one line at a time, so that a large record never stands in memory whole."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from harness.errors import RecordError
from harness.model.opening import open_plain

MOST_LINE_BYTES = 64 * 2**20


@dataclass(slots=True)
class Damage:
    """The lines of a record that could not be read: how many, and what is wrong with the first of them."""

    lines: int = 0
    first: str | None = None

    def add(self, why: str) -> None:
        self.lines += 1
        self.first = self.first or why


def stream_rows(path: Path, damage: Damage | None = None) -> Iterator[dict[str, Any] | None]:
    """The objects of a file of JSON lines; None for a torn last line.

    A damaged line costs that line: it is noted in `damage`. One that is longer than any row costs the rest of the
    file, in which no line's end is looked for. A file that is not there has no rows. Raises RecordError for a link, a
    pipe or a device in its place, and for what may not be read.
    """
    damage = Damage() if damage is None else damage
    try:
        file = open_plain(path)
    except FileNotFoundError:
        return
    with file:
        for index, line in enumerate(_lines(path, file)):
            if line == b"\n":
                continue
            if len(line) > MOST_LINE_BYTES:
                damage.add(f"{path}: line {index + 1} is longer than any row, so the rest of the file is left out")
                return
            try:
                data = _loads(line)
            except (ValueError, RecursionError):
                if line.endswith(b"\n"):
                    damage.add(_damaged(path, index))
                else:
                    yield None
                continue
            if isinstance(data, dict):
                yield data
            else:
                damage.add(_damaged(path, index))


def mend_rows(path: Path) -> None:
    """Take back a line that a kill cut short, before anything is appended behind it."""
    if path.exists():
        data = path.read_bytes()
        if not data.endswith(b"\n"):
            os.truncate(path, data.rfind(b"\n") + 1)


def _lines(path: Path, file: Any) -> Iterator[bytes]:
    """Lines with their ends; a reading that fails midway is a RecordError."""
    try:
        while line := file.readline(MOST_LINE_BYTES + 1):
            yield line
    except OSError as error:
        raise RecordError(f"{path} cannot be read ({error.strerror or error}): name another record") from error


def _loads(line: bytes) -> Any:
    """By orjson, in an eighth of json's time; by json what orjson refuses: Infinity, as earlier versions wrote it."""
    try:
        return orjson.loads(line)
    except ValueError:
        return json.loads(line.decode())


def _damaged(path: Path, index: int) -> str:
    return f"{path}: line {index + 1} is damaged"
