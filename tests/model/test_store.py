"""Records on disk: whole rows survive any cut, damage is one sentence, anything a study may hold is stored."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import RecordError
from harness.model.appending import RowFile
from harness.model.codec import encode
from harness.model.memory import ProcessMemory, TreeMemory
from harness.model.record import Ending, Outcome, ProcessEnd, ProcessStart, SpanTime, TrialRow, TrialState
from harness.model.store import (
    FACTS,
    HEADER,
    MEMORY,
    OUTCOME,
    decode_trial,
    encode_trial,
    read_record,
    trial_rows_path,
    write_json,
)
from tests.fakes import a_header, a_row

START = ProcessStart(pid=7, worker=0, ready_s=1_700_000_000.5, startup_wall_s=0.75, startup_cpu_s=0.5)
END = ProcessEnd(
    pid=7,
    study_wall_s=4.0,
    study_cpu_s=3.5,
    peak_rss_bytes=None,
    after={"gc": SpanTime(calls=2, wall_s=0.5, cpu_s=0.25)},
    recording_cpu_s=0.001,
    events=80,
    event_cpu_s=1e-6,
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A record with a header and no rows yet."""
    write_json(tmp_path / HEADER, a_header())
    return tmp_path


def lines_of(*rows: dict[str, Any]) -> list[bytes]:
    return [json.dumps(row).encode() + b"\n" for row in rows]


def append(folder: Path, *rows: dict[str, Any], pid: int = 7) -> Path:
    path = trial_rows_path(folder, pid)
    file = RowFile(path)
    for row in rows:
        file.append(row)
    file.close()
    return path


def test_a_whole_record_is_read_back(run: Path) -> None:
    rows = [a_row(number=number) for number in (2, 0, 1)]
    end = {"kind": "end", **encode(END), "after": {"gc": (2, 0.5, 0.25)}}
    append(run, {"kind": "start", **encode(START)}, *map(encode_trial, rows[:2]), end)
    append(run, encode_trial(rows[2]), pid=8)
    sample = TreeMemory(
        at_s=1.0,
        processes=(ProcessMemory(pid=7, rss_bytes=5, uss_bytes=None, pss_bytes=4),),
        pss_bytes=4,
        vanished=0,
    )
    memory = RowFile(run / MEMORY)
    memory.append(encode(sample))
    memory.close()
    write_json(run / FACTS, {"bars": 5_000})
    outcome = Outcome(ending=Ending.FINISHED, detail=None, exit_code=0, wall_s=5.0, cpu_s=4.0, peak_pss_bytes=4)
    write_json(run / OUTCOME, outcome)

    record = read_record(run)

    assert record.header == a_header()
    assert record.trials == tuple(sorted(rows, key=lambda row: row.number))
    assert record.starts == (START,)
    assert record.ends == (END,)
    assert record.memory == (sample,)
    assert record.facts == {"bars": 5_000}
    assert record.outcome == outcome
    assert record.torn_lines == 0


def test_a_run_whose_launcher_was_killed_has_no_outcome(run: Path) -> None:
    assert read_record(run).outcome is None


def test_a_cut_at_any_byte_loses_no_whole_row(run: Path) -> None:
    rows = [a_row(number=number, params={"é\n": number}, spans={}) for number in range(2)]
    path = append(run, {"kind": "start", **encode(START)}, *map(encode_trial, rows))
    whole = path.read_bytes()
    ends = [index for index, byte in enumerate(whole) if byte == ord("\n")]
    assert len(ends) == 3

    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        record = read_record(run)
        complete = sum(size >= end for end in ends)  # the newline itself may be what is missing
        assert len(record.starts) + len(record.trials) == complete, size
        assert record.trials == tuple(rows[: max(complete - 1, 0)])
        cut_inside = size not in {0, *ends, *(end + 1 for end in ends)}
        assert record.torn_lines == int(cut_inside), size


def test_each_killed_process_may_leave_one_torn_line(run: Path) -> None:
    for pid in (7, 8):
        path = append(run, encode_trial(a_row(number=pid)), encode_trial(a_row(number=99)), pid=pid)
        path.write_bytes(path.read_bytes()[:-40])

    record = read_record(run)

    assert [row.number for row in record.trials] == [7, 8]
    assert record.torn_lines == 2


@pytest.mark.parametrize("damage", [b'{"kind":"tri', b"42", b"null", b'["kind"]', b"\x00\x00\x00\x00", b"\xff\xfe{"])
def test_damage_before_the_last_line_costs_that_line(run: Path, damage: bytes) -> None:
    good = encode_trial(a_row())
    path = append(run, good, good)
    first, second = lines_of(good, good)
    path.write_bytes(first + damage + b"\n" + second)

    record = read_record(run)

    assert (len(record.trials), record.damaged_lines, record.torn_lines) == (2, 1, 0)


def test_a_damaged_last_line_that_was_written_to_its_end_is_not_torn(run: Path) -> None:
    path = append(run, encode_trial(a_row()))
    path.write_bytes(path.read_bytes()[:-40] + b"\n")

    record = read_record(run)

    assert (len(record.trials), record.damaged_lines, record.torn_lines) == (0, 1, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"spans": [1, 2]},
        {"spans": {"other": [1, 2.0]}},
        {"spans": {"other": ["once", 2.0, 1.0]}},
        {"values": "nine"},
        {"state": "running"},
        {"colour": "red"},
        {"before": None},
    ],
)
def test_a_row_of_another_version_costs_that_row(run: Path, changes: dict[str, Any]) -> None:
    append(run, encode_trial(a_row()) | changes, encode_trial(a_row(number=1)))

    record = read_record(run)

    assert [row.number for row in record.trials] == [1]
    assert record.damaged_lines == 1


def test_a_row_without_one_of_its_fields_costs_that_row(run: Path) -> None:
    row = encode_trial(a_row())
    del row["wall_s"]
    append(run, row)

    assert read_record(run).damaged_lines == 1


def test_a_row_of_an_unknown_kind_costs_that_row(run: Path) -> None:
    append(run, {"kind": "stage"})

    assert read_record(run).damaged_lines == 1


@pytest.mark.parametrize("there", ["nothing", "an empty folder", "a file"])
def test_a_folder_that_is_no_record_is_refused(tmp_path: Path, there: str) -> None:
    place = tmp_path / "place"
    if there == "an empty folder":
        place.mkdir()
    elif there == "a file":
        place.write_text("{}")

    with pytest.raises(RecordError, match=r"place is not a record: it has no run\.json; records lie in"):
        read_record(place)


@pytest.mark.parametrize("schema", [4, 0, "1", None])
def test_another_schema_is_refused_before_anything_else_is_read(run: Path, schema: object) -> None:
    data = encode(a_header()) | {"schema": schema, "new_field": 1}
    write_json(run / HEADER, data)

    with pytest.raises(
        RecordError, match=r"schema .* is none of \(1, 2, 3\), which this version reads: update study-harness"
    ):
        read_record(run)


@pytest.mark.parametrize("name", [HEADER, FACTS, OUTCOME])
@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_a_damaged_file_is_one_sentence_with_its_name(run: Path, name: str, text: str) -> None:
    (run / name).write_text(text)

    with pytest.raises(RecordError, match=rf"{name}(: expected an object| is damaged)"):
        read_record(run)


class Choice:
    """A categorical choice of the user's own."""

    def __repr__(self) -> str:
        return "Choice()"


class Grumpy(Choice):
    """Has an `item` that is nothing like NumPy's."""

    def item(self, key: str) -> str:
        return key


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (np.float64(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.longdouble(0.5), repr(np.longdouble(0.5))),
        (Choice(), "Choice()"),
        (Choice, repr(Choice)),
        (Grumpy(), "Choice()"),
        (np.array([1.5, 2.5]), "array([1.5, 2.5])"),
        (np.datetime64("2026-01-01"), repr(np.datetime64("2026-01-01"))),
        (None, None),
        (1j, "1j"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_parameter_can_be_stored(run: Path, value: Any, stored: object) -> None:
    append(run, encode_trial(a_row(params={"x": value})))

    (row,) = read_record(run).trials
    assert row.params == {"x": stored}


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_infinite_values_come_back(run: Path, value: float) -> None:
    append(run, encode_trial(a_row(values=(value, 1.0))))

    assert read_record(run).trials[0].values == (value, 1.0)


SPANS = st.dictionaries(
    st.text(max_size=4),
    st.builds(SpanTime, calls=st.integers(0, 2**63 - 1), wall_s=st.floats(0, 1e6), cpu_s=st.floats(0, 1e6)),
)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        a_row,
        number=st.integers(-1, 2**63 - 1),
        state=st.sampled_from(TrialState),
        values=st.none() | st.lists(st.floats(allow_nan=False), min_size=1, max_size=3).map(tuple),
        params=st.dictionaries(
            st.text(), st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
        ),
        spans=SPANS,
        before=SPANS,
        rss_bytes=st.none() | st.integers(0, 2**60),
    )
)
def test_a_row_is_decoded_to_what_was_encoded(row: TrialRow) -> None:
    assert decode_trial(json.loads(json.dumps(encode_trial(row)))) == row


def test_a_json_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "value.json"
    write_json(path, {"a": 1})
    with pytest.raises(TypeError):
        write_json(path, {(1, 2): "no JSON key"})

    assert json.loads(path.read_text()) == {"a": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["value.json"]


def test_a_row_for_which_there_is_no_room_leaves_no_half(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = trial_rows_path(run, 7)
    file = RowFile(path)
    file.append(encode_trial(a_row(number=0)))
    whole, write = path.stat().st_size, os.write

    def until_full(descriptor: int, data: bytes) -> int:
        room = whole + 10 - path.stat().st_size
        if room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[:room])

    with monkeypatch.context() as full:
        full.setattr(os, "write", until_full)
        with pytest.raises(OSError, match="No space left"):
            file.append(encode_trial(a_row(number=1)))
    file.append(encode_trial(a_row(number=2)))
    file.close()

    record = read_record(run)
    assert [row.number for row in record.trials] == [0, 2]
    assert record.torn_lines == 0


def test_json_that_cannot_be_put_in_place_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / HEADER).mkdir()
    with pytest.raises(OSError, match=HEADER):
        write_json(tmp_path / HEADER, {})
    assert [path.name for path in tmp_path.iterdir()] == [HEADER]


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / HEADER).mkdir()
    with pytest.raises(RecordError, match=rf"{HEADER} is a folder, not a file"):
        read_record(tmp_path)
