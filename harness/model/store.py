"""Records on disk: one folder per run, written line by line as trials end, read back whole or torn.

<home>/runs/<id>/
run.json            Header, before the run starts
facts.json          what the workload says of itself
directions.json     Directions: which way its values are better, of a plan that was run
trials-<pid>.jsonl  rows of one process, each written by a single append (further ones trials-<pid>_<n>.jsonl, where
                    the process may not make a file any larger)
ending-<pid>        slots, see harness.model.endings
unwritten-<pid>-<n> empty: so many rows of the process could not be written
memory.jsonl        TreeMemory samples taken by the launcher
stacks*.jsonl       stack samples, see harness.model.stacks
outcome.json        Outcome, when the run has ended
study.*             the study itself, where a plan keeps it in SQLite or a journal
reserve             while a script runs: room for the last words, should the disk be full
"""

import dataclasses
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from harness.errors import RecordError
from harness.model.appending import plain
from harness.model.codec import decode, encode
from harness.model.endings import TrialKey, key_of, read_endings
from harness.model.files import PRIVATE, draft_of
from harness.model.lines import Damage, stream_rows
from harness.model.memory import TreeMemory
from harness.model.opening import below, read_plain
from harness.model.record import (
    READABLE,
    Header,
    Outcome,
    ProcessEnd,
    ProcessStart,
    Record,
    SpanTime,
    StudyRow,
    TrialRow,
    TrialState,
)
from harness.model.redaction import redacted_data
from harness.model.trial_checks import check_trial

HEADER, FACTS, MEMORY, OUTCOME = "run.json", "facts.json", "memory.jsonl", "outcome.json"
DIRECTIONS = "directions.json"
RESERVE, RESERVE_BYTES = "reserve", 65_536
STUDY_DATABASE, STUDY_JOURNAL = "study.sqlite3", "study.journal"

T = TypeVar("T")

_ADDED: dict[str, Any] = {
    field.name: field.default_factory() if field.default is dataclasses.MISSING else field.default  # type: ignore[operator]
    for field in dataclasses.fields(TrialRow)
    if not (field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING)
}


def trial_rows_path(folder: Path, pid: int, full: int = 0) -> Path:
    """Where one process of a run appends its rows; `full` is how many files it has that may not grow any more."""
    return folder / (f"trials-{pid}_{full:04}.jsonl" if full else f"trials-{pid}.jsonl")


def write_json(path: Path, value: Any, *, is_synced: bool = False) -> None:
    """Write a value whole or not at all: a reader never sees half of it. No secret that is recognized is in it.

    One that `is_synced` outlives a power cut: what an experiment cannot go on without.
    """
    with draft_of(path, PRIVATE, is_synced=is_synced) as draft:
        draft.write_text(json.dumps(redacted_data(encode(value)), indent=1, default=plain) + "\n", encoding="utf-8")


def encode_trial(row: TrialRow) -> dict[str, Any]:
    """The row as stored: spans as [calls, wall_s, cpu_s]. Written out by hand, as it runs once per trial.

    What a profile adds is left out where it says nothing.
    """
    data = {
        "kind": "trial",
        "number": row.number,
        "worker": row.worker,
        "pid": row.pid,
        "thread": row.thread,
        "state": row.state.value,
        "values": None if row.values is None else [finite(value) for value in row.values],
        "params": row.params,
        "started_s": round(row.started_s, 6),
        "wall_s": row.wall_s,
        "cpu_s": row.cpu_s,
        "process_cpu_s": row.process_cpu_s,
        "spans": _encode_spans(row.spans),
        "before": _encode_spans(row.before),
        "rss_bytes": row.rss_bytes,
    }
    for name in _ADDED:
        value = getattr(row, name)
        if value != _ADDED[name]:
            data[name] = value
    return data


def finite(value: float) -> float | str:
    """A number as JSON can hold it: infinities and NaN, which it cannot, as the text that float() reads back."""
    return value if math.isfinite(value) else repr(value)


def encode_end(row: ProcessEnd) -> dict[str, Any]:
    """The closing row of a process as stored: spans as in `encode_trial`."""
    return {"kind": "end", **encode(row), "after": _encode_spans(row.after)}


def decode_trial(data: Mapping[str, Any]) -> TrialRow:
    """The row back from what `encode_trial` stored; raises KeyError, TypeError or ValueError on anything else."""
    check_trial(data)
    fields = {name: value for name, value in data.items() if name != "kind"}
    values = fields["values"]
    fields["values"] = None if values is None else tuple(float(value) for value in values)
    fields["state"] = TrialState(fields["state"])
    fields["spans"] = _decode_spans(fields["spans"])
    fields["before"] = _decode_spans(fields["before"])
    if "segments" in fields:
        fields["segments"] = tuple((str(name), float(at), float(wall)) for name, at, wall in fields["segments"])
    if fields.get("native") is not None:
        cpu_s, queued_s, busy_s, threads = fields["native"]
        fields["native"] = (float(cpu_s), float(queued_s), float(busy_s), int(threads))
    return TrialRow(**fields)


def read_record(folder: Path) -> Record:
    """Read a run back. Raises RecordError for a folder that is no record, or one written by a newer version.

    Torn last lines are tolerated and counted: a process that was killed while writing leaves one.
    """
    header = read_header(folder)
    trials: list[TrialRow] = []
    starts: list[ProcessStart] = []
    ends: dict[int, ProcessEnd] = {}  # the last of each process: its books grow
    studies: list[StudyRow] = []
    torn_lines, damage = 0, Damage()
    for path in sorted(folder.glob("trials-*.jsonl")):
        for data in stream_rows(path, damage):
            if data is None:
                torn_lines += 1
                continue
            try:
                _sort_row(path, data, _Sorted(trials, starts, ends, studies))
            except RecordError as error:
                damage.add(str(error))
    trials += _endings(folder, trials)
    samples = [data for data in stream_rows(folder / MEMORY, damage) if data is not None]
    return Record(
        folder=folder,
        header=header,
        facts=read_json(folder / FACTS) or {},
        trials=tuple(sorted(trials, key=lambda row: row.number)),
        starts=tuple(sorted(starts, key=lambda row: row.worker)),
        ends=tuple(ends.values()),
        studies=tuple(studies),
        memory=tuple(_sound(TreeMemory, samples, folder / MEMORY, damage)),
        outcome=read_outcome(folder),
        torn_lines=torn_lines,
        damaged_lines=damage.lines,
    )


def _endings(folder: Path, trials: Iterable[TrialRow]) -> list[TrialRow]:
    """Trials that were being told when their process was killed, and have no row."""
    rows = {key: row for row in read_endings(folder) if (key := key_of(row)) is not None}
    known = {TrialKey(row.pid, row.study, row.number) for row in trials} if rows else set()
    found = []
    for key, row in rows.items():
        if key not in known:
            with suppress(AttributeError, KeyError, TypeError, ValueError):
                found.append(decode_trial(row))
    return found


def read_readable(runs: Path, names: Iterable[str]) -> tuple[dict[str, Record], dict[str, str]]:
    """As `read_present`, and why a record cannot be read, by name: one of them does not take the others along."""
    records, damaged = {}, {}
    for name in names:
        place = below(runs, name)
        if place.exists():
            try:
                records[name] = read_record(place)
            except RecordError as error:
                damaged[name] = str(error)
    return records, damaged


def read_present(runs: Path, names: Iterable[str]) -> dict[str, Record]:
    """The records of runs that an experiment names, by name, as far as they are still there.

    Raises RecordError for one that cannot be read, and for a name or a link that leads out of the folder of runs.
    """
    places = {name: below(runs, name) for name in names}
    return {name: read_record(place) for name, place in places.items() if place.exists()}


def _sound(kind: type[T], rows: Iterable[dict[str, Any]], path: Path, damage: Damage) -> Iterator[T]:
    """Rows that can be decoded; the others are noted."""
    for data in rows:
        try:
            yield decode(kind, data, str(path))
        except RecordError as error:
            damage.add(str(error))


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows by their kind, as they are read."""

    trials: list[TrialRow]
    starts: list[ProcessStart]
    ends: dict[int, ProcessEnd]
    studies: list[StudyRow]


def _sort_row(path: Path, data: dict[str, Any], rows: _Sorted) -> None:
    kind = data.get("kind")
    try:
        if kind == "trial":
            rows.trials.append(decode_trial(data))
        elif kind == "start":
            rows.starts.append(decode(ProcessStart, without_kind(data), str(path)))
        elif kind == "end":
            end = decode_end(data, path)
            rows.ends[end.pid] = end
        elif kind == "study":
            rows.studies.append(decode(StudyRow, without_kind(data), str(path)))
        else:
            raise RecordError(f"{path}: a row of unknown kind {kind!r}: was it written by a newer version?")
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise RecordError(f"{path}: a row cannot be read ({error}): was it written by another version?") from error


def decode_end(data: dict[str, Any], path: Path) -> ProcessEnd:
    """The closing row back from what `encode_end` stored."""
    after = {name: encode(span) for name, span in _decode_spans(data["after"]).items()}
    return decode(ProcessEnd, {**without_kind(data), "after": after}, str(path))


def read_header(folder: Path) -> Header:
    """What was asked for; raises RecordError for a folder that is no record, or one of a newer schema."""
    data = read_json(folder / HEADER)
    if data is None:
        raise RecordError(f"{folder} is not a record: it has no {HEADER}; records lie in .harness/runs/")
    schema = data.get("schema")
    if schema not in READABLE:
        raise RecordError(
            f"{folder / HEADER}: schema {schema!r} is none of {READABLE}, which this version reads: "
            "update study-harness, or measure again"
        )
    return decode(Header, redacted_data(data), str(folder / HEADER))


def read_outcome(folder: Path) -> Outcome | None:
    """How the run ended; None where no launcher has said so. Raises RecordError for a damaged file."""
    data = read_json(folder / OUTCOME)
    return None if data is None else decode(Outcome, data, str(folder / OUTCOME))


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file, None where there is no file; raises RecordError for anything else."""
    try:
        data = json.loads(read_plain(path))
    except FileNotFoundError:
        return None
    except RecursionError:
        raise RecordError(f"{path} is damaged (nested too deep): measure again, or remove the folder") from None
    except ValueError as error:
        raise RecordError(f"{path} is damaged ({error}): measure again, or remove the folder") from error
    if not isinstance(data, dict):
        raise RecordError(f"{path}: expected an object, found {type(data).__name__}")
    return data


def _encode_spans(spans: Mapping[str, SpanTime]) -> dict[str, tuple[int, float, float]]:
    return {name: (span.calls, span.wall_s, span.cpu_s) for name, span in spans.items()}


def _decode_spans(data: Mapping[str, Any]) -> dict[str, SpanTime]:
    return {
        name: SpanTime(calls=int(calls), wall_s=float(wall), cpu_s=float(cpu))
        for name, (calls, wall, cpu) in data.items()
    }


def without_kind(data: dict[str, Any]) -> dict[str, Any]:
    """A stored row's fields, without what says which kind of row it is."""
    return {name: value for name, value in data.items() if name != "kind"}
