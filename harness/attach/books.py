"""The file of one process's rows: opened when the first is written, again after a fork, and never in a script's way."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.model.store import RESERVE, RowFile, trial_rows_path


class Books:
    """Appends rows to `trials-<pid>.jsonl`. A row that cannot be written is counted and dropped: the study goes on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dropped = 0
        self.pid = os.getpid()
        self._rows: RowFile | None = None
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return self._rows is not None

    def append(self, row: Mapping[str, Any]) -> None:
        try:
            self._append(row)
        except OSError:
            self.dropped += 1

    def append_last(self, row: Mapping[str, Any]) -> None:
        """The closing row, which tells what was dropped: on a full disk it takes the room that the launcher kept."""
        try:
            self._append(row)
        except OSError:
            (self.folder / RESERVE).unlink(missing_ok=True)
            self.append(row)

    def _append(self, row: Mapping[str, Any]) -> None:
        with self._lock:
            if self._rows is None:
                self._rows = RowFile(trial_rows_path(self.folder, self.pid))
            self._rows.append(row)

    def close(self) -> None:
        with self._lock:
            if self._rows is not None:
                self._rows.close()
                self._rows = None

    def forget(self) -> None:
        """In a forked child: the open file, the count and whoever held the lock are the parent's."""
        self._rows, self.dropped, self.pid, self._lock = None, 0, os.getpid(), threading.Lock()
