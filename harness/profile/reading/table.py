"""Rows of a record to columns: every process's file streamed line by line, studies merged over the processes."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from harness.errors import RecordError
from harness.model.bounds import shown
from harness.model.codec import decode
from harness.model.endings import key_of, read_endings
from harness.model.lines import Damage, stream_rows
from harness.model.record import ProcessEnd, ProcessStart, StudyRow
from harness.model.store import decode_end, without_kind
from harness.model.trial_checks import check_trial
from harness.model.unwritten import read_unwritten
from harness.profile.columns import Trials
from harness.profile.reading.growing import GrowingTrials

_ROWS = "trials-*.jsonl"
_PRIVATE = "InMemoryStorage"  # no other process can see a study in it, whatever its name


class StudyKey(NamedTuple):
    """What makes two processes' studies the same one."""

    name: str
    url: str | None
    storage: str
    private: tuple[int, int] | None = None  # pid and index of a study that only its process can see


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What the processes of a run wrote."""

    trials: Trials
    pids: tuple[int, ...]  # of the processes that ran trials; Trials.process refers to them
    studies: tuple[StudyRow | None, ...]  # Trials.study refers to them; None: nothing is known of it
    starts: Mapping[int, ProcessStart]  # by pid; the first of each
    ends: Mapping[int, ProcessEnd]  # by pid; the last of each, as its books grow
    torn_lines: int
    damage: Damage = field(default_factory=Damage)
    unwritten: Mapping[int, int] = field(default_factory=dict)  # by pid: rows that could not be written
    faults: int = 0  # processes in which the watcher itself failed
    unsettled: tuple[int, ...] = ()  # numbers of trials that were being told when their process was killed


def read_trials(folder: Path) -> Table:
    """The rows of a record, of schema 1 or 2. Torn last lines are counted; what else is damaged is left out and noted.

    Memory grows with the number of trials times about 0.5 KiB, not with the size of the files.
    """
    reading = _Reading()
    for path in sorted(folder.glob(_ROWS), key=_pid_of):
        for row in stream_rows(path, reading.damage):
            if row is None:
                reading.torn_lines += 1
                continue
            try:
                _take(reading, row, path)
            except RecordError as error:
                reading.damage.add(str(error))
    unsettled = _take_endings(reading, folder)
    table = _table(reading, read_unwritten(folder))
    return replace(table, faults=sum(1 for _ in folder.glob("fault-*.txt")), unsettled=unsettled)


@dataclass(slots=True)
class _Reading:
    """What has been read so far; the one mutable value here."""

    trials: GrowingTrials = field(default_factory=GrowingTrials)
    processes: dict[int, int] = field(default_factory=dict)  # pid -> index in order of reading
    keys: dict[StudyKey | None, int] = field(default_factory=dict)  # -> index in order of reading
    rows: dict[StudyKey | None, StudyRow] = field(default_factory=dict)
    opened: dict[tuple[int, int], int] = field(default_factory=dict)  # pid and its own index -> ours
    starts: dict[int, ProcessStart] = field(default_factory=dict)
    ends: dict[int, tuple[Path, dict[str, Any]]] = field(default_factory=dict)
    torn_lines: int = 0
    damage: Damage = field(default_factory=Damage)


def _take(reading: _Reading, row: dict[str, Any], path: Path) -> None:
    kind = row.get("kind")
    try:
        if kind == "trial":
            check_trial(row)
            pid = row["pid"]
            process = reading.processes.setdefault(pid, len(reading.processes))
            study = reading.opened.get((pid, row.get("study", 0)))
            reading.trials.add(row, process, _unknown_study(reading) if study is None else study)
        elif kind == "end":
            reading.ends[_whole(row["pid"])] = path, row
        elif kind == "start":
            start = decode(ProcessStart, without_kind(row), str(path))
            reading.starts.setdefault(start.pid, start)
        elif kind == "study":
            _open_study(reading, decode(StudyRow, without_kind(row), str(path)))
        else:
            raise RecordError(f"{path}: a row of unknown kind {kind!r}: was it written by a newer version?")
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise RecordError(f"{path}: a row cannot be read ({error}): was it written by another version?") from error


def _take_endings(reading: _Reading, folder: Path) -> tuple[int, ...]:
    """Take trials that were about to be told when their process was killed, and have no row; their numbers."""
    numbers = []
    for row in read_endings(folder):
        key = key_of(row)
        process = None if key is None else reading.processes.get(key.pid)
        study = None if key is None else reading.opened.get((key.pid, key.study))
        if key is None or (process is not None and reading.trials.has(process, study, key.number)):
            continue
        with suppress(RecordError):
            _take(reading, row, folder)
            numbers.append(key.number)
    return tuple(sorted(numbers))


def _unknown_study(reading: _Reading) -> int:
    """Schema 1 has no rows of studies: all its trials are of one."""
    return reading.keys.setdefault(None, len(reading.keys))


def _open_study(reading: _Reading, row: StudyRow) -> None:
    private = (row.pid, row.index) if row.storage == _PRIVATE else None
    key = StudyKey(row.name, row.storage_url, row.storage, private)
    reading.opened[row.pid, row.index] = reading.keys.setdefault(key, len(reading.keys))
    reading.rows.setdefault(key, row)


def _table(reading: _Reading, marked: Mapping[int, int]) -> Table:
    pids = sorted(reading.processes, key=lambda pid: (_ready_s(reading, pid), pid))
    processes = np.empty(len(pids), dtype=np.int64)
    for place, pid in enumerate(pids):
        processes[reading.processes[pid]] = place
    ends = _ends(reading)
    return Table(
        trials=reading.trials.trials(processes),
        pids=tuple(pids),
        studies=tuple(reading.rows.get(key) for key in reading.keys),
        starts=reading.starts,
        ends=ends,
        torn_lines=reading.torn_lines,
        damage=reading.damage,
        unwritten=_unwritten(ends, marked),
    )


def _unwritten(ends: Mapping[int, ProcessEnd], marked: Mapping[int, int]) -> dict[int, int]:
    """Rows missing by pid: as its closing row says, else as far as it could tell before it was killed."""
    found = dict(marked)
    for pid, end in ends.items():
        found[pid] = end.dropped if end.is_final else max(end.dropped, found.get(pid, 0))
    return {pid: rows for pid, rows in found.items() if rows}


def _ready_s(reading: _Reading, pid: int) -> float:
    start = reading.starts.get(pid)
    return float("inf") if start is None else start.ready_s


def _ends(reading: _Reading) -> dict[int, ProcessEnd]:
    """Decoded at the end: of the rows of a process, only the last counts."""
    ends = {}
    for pid, (path, row) in reading.ends.items():
        try:
            ends[pid] = _end(path, row)
        except RecordError as error:
            reading.damage.add(str(error))
    return ends


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"expected a whole number, found {shown(value)}")
    return value


def _end(path: Path, row: dict[str, Any]) -> ProcessEnd:
    try:
        return decode_end(row, path)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise RecordError(f"{path}: a row cannot be read ({error}): was it written by another version?") from error


def _pid_of(path: Path) -> tuple[int, str]:
    digits = re.search(r"[0-9]+", path.stem)
    return (int(digits[0]) if digits else 0, path.name)
