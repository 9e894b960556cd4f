"""Trials at their end: what is known of each is noted before the storage hears that it has finished.

`ending-<pid>` has a slot for each thread, with the last trial that was told there. A process that is killed between the
storage's answer and the trial's row has left the trial in its slot; one whose row is there is settled by that.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from harness.errors import RecordError
from harness.model.appending import line_of
from harness.model.descriptors import OwnDescriptor, may_grow_to
from harness.model.opening import read_plain

SLOT_BYTES = 4096
MOST_SLOTS = 1024  # threads; those beyond share slots, and the last one told is kept
_NOTHING = b"\n"


class TrialKey(NamedTuple):
    """A trial within its record."""

    pid: int
    study: int  # index of its StudyRow in the process
    number: int


class EndingSlots:
    """Writes the slots of one process. What cannot be written is not noted: nothing waits, and nothing is raised."""

    def __init__(self, folder: Path, pid: int) -> None:
        self._file = OwnDescriptor(ending_path(folder, pid), os.O_WRONLY | os.O_CREAT)

    def note(self, thread: int, row: Mapping[str, Any]) -> None:
        """What is known of a trial that is about to be told; parameters that are too long are left out."""
        line = line_of(row)
        if len(line) > SLOT_BYTES:
            line = line_of({**row, "params": {}})
        self._write(thread, line if len(line) <= SLOT_BYTES else _NOTHING)

    def clear(self, thread: int) -> None:
        """The storage has refused it."""
        self._write(thread, _NOTHING)

    def close(self) -> None:
        self._file.close()

    def _write(self, thread: int, line: bytes) -> None:
        begin = thread % MOST_SLOTS * SLOT_BYTES
        with suppress(OSError):
            if may_grow_to(begin + len(line)):
                os.pwrite(self._file.number(), line, begin)
                self._file.rest()


def ending_path(folder: Path, pid: int) -> Path:
    """Where a process notes the trials that are about to be told."""
    return folder / f"ending-{pid}"


def read_endings(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of all slots, settled or not; what cannot be read was not written whole, before the storage was told."""
    for path in sorted(folder.glob("ending-*")):
        try:
            data = read_plain(path)
        except (FileNotFoundError, RecordError):
            continue
        for begin in range(0, min(len(data), MOST_SLOTS * SLOT_BYTES), SLOT_BYTES):
            line, end, _ = data[begin : begin + SLOT_BYTES].partition(b"\n")
            with suppress(ValueError):
                row = orjson.loads(line) if end and line else None
                if isinstance(row, dict) and row.get("kind") == "trial":
                    yield row


def key_of(row: Mapping[str, Any]) -> TrialKey | None:
    """Of a row that is not checked yet; None where it has no such thing."""
    key = TrialKey(row.get("pid", -1), row.get("study", 0), row.get("number", -1))
    return key if all(type(part) is int and part >= 0 for part in key) else None
