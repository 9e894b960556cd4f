import json
import re
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.model.endings import EndingSlots
from harness.model.record import SpanTime, TrialState
from harness.model.store import encode_trial, read_record, trial_rows_path
from harness.profile.columns import STATES
from harness.profile.reading.table import read_trials
from tests.fakes import EPOCH_S
from tests.profiles import PIDS, end_row, fake_trials, record_rows, start_row, study_row, trial_row, write_record

REFERENCE = Path(__file__).parents[3] / "reports" / "reference" / "records" / "runs"


def history_row(number: int, **changes: Any) -> dict[str, Any]:
    """A trial as read from a storage: no CPU, no spans, and fields left out."""
    return {
        "kind": "trial",
        "number": number,
        "worker": 0,
        "pid": 1,
        "thread": 0,
        "state": "complete",
        "values": [1.0],
        "params": {"x": number},
        "started_s": EPOCH_S + number,
        "wall_s": 0.5,
        "cpu_s": None,
        **changes,
    }


def test_columns_hold_what_the_rows_held(tmp_path: Path) -> None:
    trials, expected = read_trials(write_record(tmp_path / "r", record_rows())).trials, fake_trials()
    for name in ("number", "study", "process", "thread", "native_thread", "state", "parameters", "open_at_once"):
        np.testing.assert_array_equal(getattr(trials, name), getattr(expected, name), err_msg=name)
    for name in ("started_s", "ended_s", "wall_s", "cpu_s", "process_cpu_s", "children_cpu_s", "runqueue_s", "value"):
        np.testing.assert_allclose(getattr(trials, name), getattr(expected, name), atol=1e-6, rtol=0, err_msg=name)
    for name in ("rss_before_bytes", "rss_bytes", "peak_rss_bytes", "written_bytes"):
        np.testing.assert_array_equal(getattr(trials, name), getattr(expected, name), err_msg=name)
    assert set(trials.spans) == set(expected.spans)
    for name, columns in expected.spans.items():
        np.testing.assert_array_equal(trials.spans[name].calls, columns.calls)
        np.testing.assert_array_equal(trials.spans[name].wall_s, columns.wall_s)
        np.testing.assert_array_equal(trials.spans[name].cpu_s, columns.cpu_s)
    assert set(trials.before) == {"gc"}
    for name, counts in expected.calls.items():
        np.testing.assert_array_equal(trials.calls[name], counts)
    assert trials.segments.names == expected.segments.names
    np.testing.assert_array_equal(trials.segments.trial, expected.segments.trial)
    np.testing.assert_array_equal(trials.segments.span, expected.segments.span)
    np.testing.assert_allclose(trials.segments.started_s, expected.segments.started_s, atol=1e-6, rtol=0)
    np.testing.assert_array_equal(trials.segments.wall_s, expected.segments.wall_s)


def test_it_says_what_the_store_says_of_every_reference_run() -> None:
    folders = sorted(REFERENCE.iterdir())
    assert folders
    for folder in folders:
        record, table = read_record(folder), read_trials(folder)
        assert table.trials.number.tolist() == [row.number for row in record.trials]
        assert table.trials.cpu_s.tolist() == [row.cpu_s for row in record.trials]
        for name in record.trials[0].spans:
            times = [row.spans.get(name, SpanTime(calls=0, wall_s=0, cpu_s=0)) for row in record.trials]
            assert table.trials.spans[name].wall_s.tolist() == [time.wall_s for time in times]
        assert table.starts == {start.pid: start for start in record.starts}
        assert table.ends == {end.pid: end for end in record.ends}


def test_trials_come_in_order_of_study_and_number_wherever_they_ran(tmp_path: Path) -> None:
    rows = [study_row(4000), study_row(4001), study_row(4001, index=1, name="other")]
    rows += [trial_row(5, 4000), trial_row(2, 4000), trial_row(3, 4001), trial_row(0, 4001, study=1)]
    table = read_trials(write_record(tmp_path / "r", rows))
    assert table.trials.number.tolist() == [2, 3, 5, 0]
    assert table.trials.study.tolist() == [0, 0, 0, 1]
    assert [row and row.name for row in table.studies] == ["prices", "other"]
    assert [table.pids[process] for process in table.trials.process] == [4000, 4001, 4000, 4001]


def test_spans_and_segments_follow_their_trials_when_sorted(tmp_path: Path) -> None:
    late = trial_row(9, spans={"rare": SpanTime(calls=2, wall_s=0.5, cpu_s=0.25)}, segments=(("rare", 0.1, 0.5),))
    rows = [
        late,
        trial_row(3, spans={}, segments=(("load", 0.2, 0.1), ("load", 0.0, 0.1))),
        trial_row(4, spans={}, segments=()),
    ]
    trials = read_trials(write_record(tmp_path / "r", rows)).trials
    assert trials.spans["rare"].calls.tolist() == [0, 0, 2]
    assert trials.spans["rare"].cpu_s.tolist() == [0, 0, 0.25]
    segments = trials.segments
    assert segments.trial.tolist() == [0, 0, 2]
    assert [segments.names[span] for span in segments.span] == ["load", "load", "rare"]
    assert segments.started_s[0] < segments.started_s[1]
    assert segments.of(0) == slice(0, 2)
    assert segments.of(1) == slice(2, 2)
    assert "none" not in trials.spans


def test_names_made_up_per_trial_are_folded(tmp_path: Path) -> None:
    fit, fold = SpanTime(calls=1, wall_s=9, cpu_s=9), SpanTime(calls=2, wall_s=1, cpu_s=0.5)
    rows = [trial_row(number, spans={"fit": fit, f"fold {number}": fold}) for number in range(300)]
    spans = read_trials(write_record(tmp_path / "r", rows)).trials.spans
    assert len(spans) == 100
    assert spans["fit"].wall_s.sum() == 2700
    folded = spans["202 shorter spans"]
    assert folded.wall_s.sum() == 202
    assert folded.calls.sum() == 404
    assert sum(columns.cpu_s.sum() for columns in spans.values()) == 2700 + 150


def test_equal_parameters_share_a_number_within_a_study_only(tmp_path: Path) -> None:
    rows = [
        study_row(),
        study_row(index=1, name="other"),
        trial_row(0, params={"a": 1, "b": "x"}),
        trial_row(1, params={"a": -1}),
        trial_row(2, params={"b": "x", "a": 1}),
        trial_row(3, params={"a": -2}),
        trial_row(4, params={}),
        trial_row(0, study=1, params={"a": 1, "b": "x"}),
    ]
    parameters = read_trials(write_record(tmp_path / "r", rows)).trials.parameters.tolist()
    assert parameters[0] == parameters[2]
    assert parameters[4] == -1
    assert len({parameters[0], parameters[1], parameters[3], parameters[5]}) == 4
    assert min(parameters[:4]) >= 0


def test_a_study_seen_by_two_processes_is_one_unless_it_is_in_memory(tmp_path: Path) -> None:
    shared = [study_row(4000), study_row(4001), trial_row(0, 4000), trial_row(1, 4001)]
    assert len(read_trials(write_record(tmp_path / "shared", shared)).studies) == 1
    private = [
        study_row(4000, storage="InMemoryStorage", storage_url=None),
        study_row(4001, storage="InMemoryStorage", storage_url=None),
        trial_row(0, 4000),
        trial_row(0, 4001),
    ]
    table = read_trials(write_record(tmp_path / "private", private))
    assert len(table.studies) == 2
    assert table.trials.study.tolist() == [0, 1]


def test_a_torn_last_line_is_counted_in_each_file(tmp_path: Path) -> None:
    folder = write_record(tmp_path / "r", [trial_row(0, 4000), trial_row(1, 4001)])
    for pid in (4000, 4001):
        with trial_rows_path(folder, pid).open("a", encoding="utf-8") as file:
            file.write('{"kind":"trial","numb')
    table = read_trials(folder)
    assert table.torn_lines == 2
    assert len(table.trials) == 2


def test_a_line_cut_within_a_character_is_torn_and_no_error(tmp_path: Path) -> None:
    folder = write_record(tmp_path / "r", [trial_row(0)])
    with trial_rows_path(folder, 4000).open("ab") as file:
        file.write('{"kind":"trial","params":{"ü'.encode()[:-1])
    assert read_trials(folder).torn_lines == 1


@pytest.mark.parametrize("damage", ["{", "[1]", "nonsense", '{"kind":"trial"}{', "\0\0\0"])
def test_damage_elsewhere_costs_the_line_and_names_it(tmp_path: Path, damage: str) -> None:
    folder = write_record(tmp_path / "r", [trial_row(0)])
    path = trial_rows_path(folder, 4000)
    path.write_text(damage + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    table = read_trials(folder)
    assert (len(table.trials), table.damage.lines) == (1, 1)
    assert str(table.damage.first).endswith("trials-4000.jsonl: line 1 is damaged")


@pytest.mark.parametrize(
    "change",
    [
        {"wall_s": "long"},
        {"wall_s": None},
        {"state": "lost"},
        {"number": 1.5},
        {"number": 2**70},
        {"spans": {"load": [1, 2.0]}},
        {"spans": {"load": 5}},
        {"spans": {"load": [1.5, 2.0, 1.0]}},
        {"spans": [1]},
        {"segments": [["load", 0.1]]},
        {"segments": [[{}, 0.1, 0.1]]},
        {"calls": {"get_trial": "often"}},
        {"values": 3.0},
        {"params": [1, 2]},
        {"started_s": 1e300},
        {"started_s": -1.0},
        {"wall_s": -5.0},
        {"cpu_s": 10**400},
        {"rss_bytes": -1},
        {"study": "first"},
        {"open_at_once": 2**64},
        {"later_s": "soon"},
        {"pid": {}},
        {"kind": "loan"},
    ],
)
def test_a_row_of_another_form_costs_that_row_and_is_told_in_a_sentence(tmp_path: Path, change: dict[str, Any]) -> None:
    folder = write_record(tmp_path / "r", [trial_row(0)])
    row = {**encode_trial(trial_row(1)), **change}
    with trial_rows_path(folder, 4000).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    table = read_trials(folder)
    assert (table.trials.number.tolist(), table.damage.lines) == ([0], 1)
    assert re.search(r"trials-4000\.jsonl: a row .*(another version|of unknown kind 'loan')", str(table.damage.first))


@pytest.mark.parametrize("field", ["number", "pid", "state", "started_s", "wall_s", "values", "params"])
def test_a_row_that_lacks_a_field_costs_that_row(tmp_path: Path, field: str) -> None:
    row = {name: value for name, value in encode_trial(trial_row(1)).items() if name != field}
    folder = write_record(tmp_path / "r", [])
    trial_rows_path(folder, 4000).write_text(json.dumps(row) + "\n", encoding="utf-8")
    table = read_trials(folder)
    assert (len(table.trials), table.damage.lines) == (0, 1)


def test_a_bad_closing_row_costs_that_row(tmp_path: Path) -> None:
    folder = write_record(tmp_path / "r", [trial_row(0), {"kind": "end", "pid": 4000}])
    table = read_trials(folder)
    assert (len(table.trials), dict(table.ends), table.damage.lines) == (1, {}, 1)


def test_a_history_has_times_and_nothing_else(tmp_path: Path) -> None:
    rows = [history_row(0, values=None, state="fail"), history_row(1)]
    trials = read_trials(write_record(tmp_path / "r", rows)).trials
    assert trials.wall_s.tolist() == [0.5, 0.5]
    assert np.isnan([*trials.cpu_s, *trials.process_cpu_s, *trials.rss_bytes]).all()
    assert not trials.spans
    assert not trials.before
    assert isnan(trials.value[0])
    assert STATES[trials.state[0]] is TrialState.FAIL


def test_values_that_json_does_not_know_are_read(tmp_path: Path) -> None:
    folder = write_record(
        tmp_path / "r", [history_row(0, values=[float("nan")]), history_row(1, values=[float("-inf")])]
    )
    value = read_trials(folder).trials.value
    assert isnan(value[0])
    assert value[1] == float("-inf")


def test_a_trial_among_others_lasts_longer_than_its_own_time(tmp_path: Path) -> None:
    row = trial_row(0, wall_s=0.5, elapsed_s=2.0, open_at_once=4)
    trials = read_trials(write_record(tmp_path / "r", [row])).trials
    assert trials.ended_s[0] - trials.started_s[0] == pytest.approx(2.0)
    assert trials.open_at_once[0] == 4
    assert row.ended_s == pytest.approx(trials.ended_s[0], abs=1e-6)


def test_the_last_books_of_a_process_count_and_its_first_start(tmp_path: Path) -> None:
    rows = [
        start_row(),
        end_row(events=1, is_final=False),
        trial_row(0),
        end_row(events=2),
        start_row(startup_wall_s=9.0),
    ]
    table = read_trials(write_record(tmp_path / "r", rows))
    assert table.ends[4000].events == 2
    assert table.starts[4000].startup_wall_s == 1.0


def test_processes_come_in_the_order_in_which_they_were_ready(tmp_path: Path) -> None:
    rows = [start_row(4002, ready_s=EPOCH_S), start_row(4000, ready_s=EPOCH_S + 5)]
    rows += [trial_row(number, PIDS[number]) for number in range(3)]
    table = read_trials(write_record(tmp_path / "r", rows))
    assert table.pids == (4002, 4000, 4001)  # the last one's start is not known
    assert [table.pids[process] for process in table.trials.process] == [4000, 4001, 4002]


def test_a_record_without_rows_has_no_trials(tmp_path: Path) -> None:
    table = read_trials(write_record(tmp_path / "r", []))
    assert len(table.trials) == 0
    assert len(table.trials.segments) == 0
    assert table.pids == ()
    assert table.studies == ()


def test_columns_can_be_replaced(tmp_path: Path) -> None:
    trials = read_trials(write_record(tmp_path / "r", record_rows(30))).trials
    assert len(replace(trials, wall_s=trials.wall_s * 2)) == 30


def test_parameters_that_are_lists_can_be_equal_too(tmp_path: Path) -> None:
    rows = [trial_row(number, params={"layers": layers}) for number, layers in enumerate(([1, 2], [1, 2], [2, 1]))]
    first, second, third = read_trials(write_record(tmp_path / "r", rows)).trials.parameters.tolist()
    assert first == second != third


def test_parameters_in_another_order_are_equal_also_with_a_minus_one(tmp_path: Path) -> None:
    rows = [
        trial_row(0, params={"a": -1, "b": 2}),
        trial_row(1, params={"b": 2, "a": -1}),
        trial_row(2, params={"a": -2, "b": 2}),
    ]
    first, second, third = read_trials(write_record(tmp_path / "r", rows)).trials.parameters.tolist()
    assert first == second != third


def test_a_trial_that_has_only_its_slot_is_counted_and_named(tmp_path: Path) -> None:
    folder = write_record(tmp_path / "r", [start_row(), study_row(), trial_row(0), trial_row(1)])
    slots = EndingSlots(folder, PIDS[0])
    slots.note(0, encode_trial(trial_row(1)))
    slots.note(1, encode_trial(trial_row(2)))
    slots.note(2, {"kind": "trial", "pid": PIDS[0], "number": 3})  # not what a trial's row has

    table = read_trials(folder)

    assert table.trials.number.tolist() == [0, 1, 2]
    assert table.unsettled == (2,)
