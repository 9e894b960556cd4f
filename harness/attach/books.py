"""The file of one process's rows: opened when the first is written, again after a fork, and never in a script's way."""

import errno
import os
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.model.appending import RowFile, line_of
from harness.model.endings import EndingSlots
from harness.model.store import RESERVE, RESERVE_BYTES, trial_rows_path
from harness.model.unwritten import unwritten_path

MOST_KEPT_BYTES = 4 * 1024**2  # of rows that wait for room


class Books:
    """Appends rows to `trials-<pid>.jsonl`. A row that cannot be written waits in memory, and the study goes on.

    Rows that wait are written, in their order, before the next one that can be; beyond a bound the oldest are dropped.
    While rows wait, an empty file beside the record says in its name how many: making one needs no room, so that it
    tells of them even if this process is killed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.forget()

    def forget(self) -> None:
        """Begin with nothing, as a forked child must: file, rows and whoever held the lock are the parent's."""
        self.pid = os.getpid()
        self._rows: RowFile | None = None
        self._files = 0  # that have grown as large as this process may make them
        self._has_rows = False  # in the present one
        self._kept: deque[bytes] = deque()
        self._kept_bytes = 0
        self._dropped = 0
        self._marked: Path | None = None
        self._endings = EndingSlots(self.folder, self.pid)
        self._lock = threading.RLock()  # a finalizer may end a trial while a row is written

    @property
    def is_open(self) -> bool:
        return self._rows is not None

    @property
    def dropped(self) -> int:
        """Rows that are not in the file: those that were dropped, and those that wait."""
        return self._dropped + len(self._kept)

    def append(self, row: Mapping[str, Any]) -> None:
        line = line_of(row)
        with self._lock:
            if self._kept or not self._write(line):
                self._keep(line)
                self._write_kept()
                self._mark()

    def note_ending(self, thread: int, row: Mapping[str, Any]) -> None:
        """What is known of a trial that the storage is about to hear of: its row comes after that."""
        with self._lock:
            self._endings.note(thread, row)

    def clear_ending(self, thread: int) -> None:
        """The storage did not take it."""
        with self._lock:
            self._endings.clear(thread)

    def append_checkpoint(self, row: Mapping[str, Any]) -> None:
        """The books so far: not kept where they cannot be written, as the next ones say more."""
        with self._lock:
            self._write_kept()
            if not self._kept:
                self._write(line_of(row))

    def append_last(self, row: Mapping[str, Any]) -> None:
        """The closing row, which tells what was dropped: on a full disk it takes the room that the launcher kept."""
        with self._lock:
            self._write_kept()
            if self._kept or not self._write(line_of({**row, "dropped": self.dropped})):
                with suppress(OSError):
                    (self.folder / RESERVE).unlink(missing_ok=True)
                self._close_with(row)
            self._mark(is_last=True)

    def close(self) -> None:
        with self._lock:
            if self._rows is not None:
                self._rows.close()
                self._rows = None
            self._endings.close()

    def _close_with(self, row: Mapping[str, Any]) -> None:
        """The closing row first, then what waits, as far as there is room; then how much there was room for."""
        self._write(line_of({**row, "dropped": self.dropped}))
        waiting, room = len(self._kept), RESERVE_BYTES // 2
        while self._kept and room > len(self._kept[0]):
            room -= len(self._kept[0])
            if not self._write_first():
                break
        if len(self._kept) < waiting:
            self._write(line_of({**row, "dropped": self.dropped}))

    def _write(self, line: bytes) -> bool:
        """Whether the row is in the file; where a file may not grow any more, a further one is begun."""
        try:
            if self._rows is None:
                self._rows = RowFile(trial_rows_path(self.folder, self.pid, self._files))
            self._rows.write(line)
        except OSError as error:
            if error.errno != errno.EFBIG or not self._has_rows or self._rows is None:
                return False
            self._rows.close()
            self._rows, self._has_rows, self._files = None, False, self._files + 1
            return self._write(line)
        self._has_rows = True
        return True

    def _write_kept(self) -> None:
        while self._kept and self._write_first():
            pass

    def _write_first(self) -> bool:
        """Whether the row that has waited longest is in the file."""
        if not self._write(self._kept[0]):
            return False
        self._kept_bytes -= len(self._kept.popleft())
        return True

    def _keep(self, line: bytes) -> None:
        self._kept.append(line)
        self._kept_bytes += len(line)
        while self._kept_bytes > MOST_KEPT_BYTES:
            self._kept_bytes -= len(self._kept.popleft())
            self._dropped += 1

    def _mark(self, *, is_last: bool = False) -> None:
        """Say how many rows are missing, at powers of two and at the end; nothing where none is."""
        missing = self.dropped
        if not missing and self._marked is None:
            return
        if missing & (missing - 1) and not is_last:
            return
        with suppress(OSError):
            mark = unwritten_path(self.folder, self.pid, missing)
            if self._marked is None:
                os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
                self._marked = mark
            elif missing:
                self._marked = self._marked.rename(mark)
            else:
                self._marked.unlink(missing_ok=True)
                self._marked = None
