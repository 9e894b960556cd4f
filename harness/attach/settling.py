"""Settles trials that were being told when their process was killed: asks the study's storage, where it is a file."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.attach.histories.past import History
from harness.attach.histories.reading import read_history
from harness.errors import HarnessError
from harness.model.appending import append_row
from harness.model.endings import TrialKey, ending_path, key_of, read_endings
from harness.model.record import Record, StudyRow
from harness.model.store import read_record, trial_rows_path

_FILES = ("JournalStorage", "RDBStorage")


def settle(folder: Path) -> None:
    """Give every trial whose ending the storage has taken its row, and strike out those that it has not.

    What cannot be settled stays as it is: a storage in memory or on a server, a file that cannot be read, a process
    that is still there. Raises nothing of the record's or the storage's.
    """
    rows = {key: row for row in read_endings(folder) if (key := key_of(row)) is not None}
    if not rows:
        return
    with suppress(HarnessError, OSError):
        _settle(folder, rows)


def _settle(folder: Path, rows: Mapping[TrialKey, dict[str, Any]]) -> None:
    with_rows = _with_rows(folder)
    histories: dict[tuple[str, str], History | None] = {}
    record = read_record(folder)
    for pid in sorted({key.pid for key in rows}):
        mine = {key: row for key, row in rows.items() if key.pid == pid and key not in with_rows}
        told = {key: _is_told(key, record, histories) for key in mine}
        if None in told.values() or _is_alive(pid):
            continue
        for key, row in mine.items():
            if told[key]:
                append_row(trial_rows_path(folder, pid), row)
        ending_path(folder, pid).unlink(missing_ok=True)


def _with_rows(folder: Path) -> set[TrialKey]:
    """Trials that have a row of their own: the record without its slots."""
    from harness.model.lines import stream_rows

    found = set()
    for path in folder.glob("trials-*.jsonl"):
        for row in stream_rows(path):
            if row is not None and row.get("kind") == "trial" and (key := key_of(row)) is not None:
                found.add(key)
    return found


def _is_told(key: TrialKey, record: Record, histories: dict[tuple[str, str], History | None]) -> bool | None:
    """Whether the storage has taken a trial's ending; None where it cannot be asked."""
    study = next((row for row in record.studies if (row.pid, row.index) == (key.pid, key.study)), None)
    address = None if study is None else _file_of(study)
    if study is None or address is None:
        return None
    if (address, study.name) not in histories:
        try:
            histories[address, study.name] = read_history(address, study.name)
        except (HarnessError, OSError):
            histories[address, study.name] = None
    history = histories[address, study.name]
    if history is None:
        return None
    return key.number not in history.facts.running


def _file_of(study: StudyRow) -> str | None:
    """The address of a storage that is a file here; no server is asked, as nobody knows how long it would take."""
    address = study.storage_url
    if study.storage not in _FILES or address is None:
        return None
    is_url = "://" in address
    return address if address.startswith("sqlite") or (not is_url and Path(address).is_file()) else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
