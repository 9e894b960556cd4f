"""Appends rows to a file of JSON lines: whole or not at all, and never to a file that is not ours."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from harness.model.descriptors import OwnDescriptor, may_grow_to, too_large
from harness.model.files import sync
from harness.model.redaction import redacted_data

_CLEAN = frozenset({"trial", "end", "samples", "stack", "frame"})  # rows without text that could hold a secret


class RowFile:
    """Appends rows, one JSON object to a line, each in one write: a kill loses no finished row.

    A row for which there is no room is taken back whole before OSError is raised: half of it would run into the next
    one, and cost the reader both. Where the descriptor was closed behind our back, or its number is another file's by
    now, the file is opened again; a file that somebody has removed is made anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = OwnDescriptor(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._file.number()  # refused here, if at all
        self._is_torn = False  # half a row stands at the end, which could not be taken back

    def append(self, row: Mapping[str, Any]) -> None:
        self.write(line_of(row))

    def write(self, line: bytes) -> None:
        """Append bytes that end in a line end; raises OSError where they could not be written whole."""
        if self._is_torn:
            line = b"\n" + line
        number, size = self._file.state()
        if not may_grow_to(size + len(line)):
            raise too_large(self.path)
        written = os.write(number, line)
        while written < len(line):
            try:
                written += os.write(self._file.number(), line[written:])
            except OSError:
                self._take_back(written)
                raise
        self._is_torn = False
        self._file.rest()

    def sync(self) -> None:
        """Return when the rows are on the disk itself, which a power cut does not take back."""
        os.fsync(self._file.number())

    def close(self) -> None:
        self._file.close()

    def _take_back(self, written: int) -> None:
        self._is_torn = True
        with suppress(OSError):
            number, size = self._file.state()
            os.ftruncate(number, size - written)
            self._is_torn = False


def append_row(path: Path, row: Mapping[str, Any], *, is_synced: bool = False) -> None:
    """Append one row to a file that is opened for it alone; one that `is_synced` outlives a power cut from then on."""
    file = RowFile(path)
    try:
        file.append(row)
        if is_synced:
            file.sync()
            sync(path.parent)
    finally:
        file.close()


def line_of(row: Mapping[str, Any]) -> bytes:
    """A row as JSON: by orjson, at a fiftieth of json's cost per trial; by json what orjson refuses.

    That is huge integers, and names and texts that are no text to it: a tuple, half of a surrogate pair.
    """
    row = row if row.get("kind") in _CLEAN else redacted_data(row)
    try:
        return orjson.dumps(row, default=plain, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        return json.dumps(_as_text(row), separators=(",", ":"), default=plain).encode() + b"\n"


def _as_text(value: Any) -> Any:
    """Names that are no texts become some, and every text can be encoded."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_as_text(key if isinstance(key, str) else _shown(key)): _as_text(one) for key, one in value.items()}
    return [_as_text(one) for one in value] if isinstance(value, list | tuple) else value


def plain(value: Any) -> Any:
    """Numbers of other libraries as Python's own; anything else as its text (a categorical choice may be anything)."""
    try:
        number = value.item()  # the scalars of NumPy, and arrays of one element
    except Exception:  # the value is the user's own, and so is whatever its `item` does
        return _shown(value)
    return number if isinstance(number, bool | int | float | str) else _shown(value)


def _shown(value: Any) -> str:
    try:
        return repr(value)
    except Exception:  # the user's own once more
        return type(value).__name__
