"""Files of JSON lines read one line at a time, so that a large record never stands in memory whole."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from harness.errors import RecordError


def stream_rows(path: Path) -> Iterator[dict[str, Any] | None]:
    """The objects of a file of JSON lines; None for a torn last line; RecordError for damage anywhere else.

    A file that is not there has no rows.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    except OSError as error:
        raise RecordError(f"{path} cannot be read ({error.strerror or error}): name another record") from error
    with file:
        for index, line in enumerate(file):
            if line == b"\n":
                continue
            try:
                data = _loads(line)
            except (ValueError, RecursionError):
                if line.endswith(b"\n"):
                    raise _damage(path, index) from None
                yield None
                continue
            if not isinstance(data, dict):
                raise _damage(path, index)
            yield data


def mend_rows(path: Path) -> None:
    """Take back a line that a kill cut short, before anything is appended behind it."""
    if path.exists():
        data = path.read_bytes()
        if not data.endswith(b"\n"):
            os.truncate(path, data.rfind(b"\n") + 1)


def _loads(line: bytes) -> Any:
    """By orjson, in an eighth of json's time; by json what orjson refuses: Infinity, as earlier versions wrote it."""
    try:
        return orjson.loads(line)
    except ValueError:
        return json.loads(line.decode())


def _damage(path: Path, index: int) -> RecordError:
    return RecordError(f"{path}: line {index + 1} is damaged: delete the line to read the rest")
