"""What is known of a trial before the storage hears of its ending: one slot a thread, read back if it has no row."""

import os
import resource
from pathlib import Path

import pytest

from harness.model.appending import append_row
from harness.model.codec import encode
from harness.model.endings import SLOT_BYTES, EndingSlots, TrialKey, ending_path, key_of, read_endings
from harness.model.store import encode_trial, read_record, trial_rows_path, write_json
from tests.fakes import a_header, a_row


def test_each_thread_has_its_last_trial(tmp_path: Path) -> None:
    slots = EndingSlots(tmp_path, 7)
    slots.note(0, {"kind": "trial", "number": 1, "params": {"long": "x" * 1000}})
    slots.note(2, {"kind": "trial", "number": 2})
    slots.note(0, {"kind": "trial", "number": 3})

    assert [row["number"] for row in read_endings(tmp_path)] == [3, 2]
    slots.clear(0)
    assert [row["number"] for row in read_endings(tmp_path)] == [2]


def test_what_is_too_long_is_left_out(tmp_path: Path) -> None:
    slots = EndingSlots(tmp_path, 7)
    slots.note(0, {"kind": "trial", "number": 1, "params": {"text": "x" * SLOT_BYTES}})
    slots.note(1, {"kind": "trial", "number": 2, "values": [1.0] * SLOT_BYTES})

    assert list(read_endings(tmp_path)) == [{"kind": "trial", "number": 1, "params": {}}]


def test_a_slot_that_was_not_written_whole_is_nothing(tmp_path: Path) -> None:
    ending_path(tmp_path, 7).write_bytes(b'{"kind":"trial","number":1\n' + b"\0" * 5000 + b'{"kind":"tri')
    assert list(read_endings(tmp_path)) == []


def test_nothing_is_raised_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    EndingSlots(tmp_path / "gone", 7).note(0, {"kind": "trial"})
    monkeypatch.setattr(resource, "getrlimit", lambda _: (8, 8))
    EndingSlots(tmp_path, 7).note(0, {"kind": "trial"})
    assert list(read_endings(tmp_path)) == []


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"pid": 7, "number": 3}, TrialKey(7, 0, 3)),
        ({"pid": 7, "study": 2, "number": 3}, TrialKey(7, 2, 3)),
        ({"pid": 7, "number": -1}, None),
        ({"pid": True, "number": 1}, None),
        ({"number": 1}, None),
    ],
)
def test_trials_are_told_apart_by_process_study_and_number(row: dict[str, object], key: TrialKey | None) -> None:
    assert key_of(row) == key


def test_a_record_has_what_no_row_settles(tmp_path: Path) -> None:
    write_json(tmp_path / "run.json", encode(a_header()))
    append_row(trial_rows_path(tmp_path, 4242), encode_trial(a_row(number=0)))
    slots = EndingSlots(tmp_path, 4242)
    slots.note(0, encode_trial(a_row(number=0, wall_s=99.0)))
    slots.note(1, encode_trial(a_row(number=1)))
    slots.note(2, {"kind": "trial", "pid": 4242, "number": 2})  # not what a trial's row has

    assert [(row.number, row.wall_s) for row in read_record(tmp_path).trials] == [
        (0, a_row().wall_s),
        (1, a_row().wall_s),
    ]


def test_a_forked_child_writes_slots_of_its_own(tmp_path: Path) -> None:
    EndingSlots(tmp_path, os.getpid()).note(0, {"kind": "trial", "number": 1})
    EndingSlots(tmp_path, 77).note(0, {"kind": "trial", "number": 2})
    assert sorted(row["number"] for row in read_endings(tmp_path)) == [1, 2]
