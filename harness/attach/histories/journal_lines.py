"""The lines of a journal file as objects; what a killed writer left torn is passed over and counted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import InputError


@dataclass(slots=True)
class JournalLines:
    """A journal's lines, read as they are asked for."""

    path: Path
    damaged: int = 0  # within the file: Optuna itself refuses to open such a journal
    is_torn: bool = False  # the last line: Optuna passes over it

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The operations in order. Raises InputError where the first line is none of a journal's."""
        try:
            with self.path.open("rb") as file:
                for index, line in enumerate(file):
                    data = _parsed(line)
                    if data is None:
                        self._pass_over(index, line)
                    else:
                        yield data
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{self.path} cannot be read ({reason}): name a file that can") from error

    def _pass_over(self, index: int, line: bytes) -> None:
        is_last = not line.endswith(b"\n")
        if index == 0 and not (is_last and line.startswith(b'{"op_code"')):
            raise InputError(f"{self.path} is neither a SQLite database nor a journal of Optuna: name the study's file")
        if is_last:
            self.is_torn = True
        else:
            self.damaged += 1

    def notes(self) -> list[str]:
        """What of the file could not be read."""
        notes = []
        if self.damaged:
            lines, they = ("line is", "it is") if self.damaged == 1 else ("lines are", "they are")
            notes.append(
                f"{self.damaged:,} {lines} damaged and passed over: a writer was killed in the middle of one, and "
                f"Optuna itself refuses to open this journal until {they} deleted."
            )
        if self.is_torn:
            notes.append("The journal's last line is torn and was passed over: a writer was killed, or is writing now.")
        return notes


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The object of a line; None for a line that is none of a journal's, or not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        data = json.loads(line)
    except (RecursionError, ValueError):
        return None
    return data if isinstance(data, dict) and "op_code" in data and "worker_id" in data else None
