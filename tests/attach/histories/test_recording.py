import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from harness.attach.histories.past import History, PastTrial, Worker
from harness.attach.histories.reading import read_history
from harness.attach.histories.recording import place, record
from harness.errors import InputError
from harness.model.codec import decode
from harness.model.history import HistoryFacts
from harness.model.machine import Machine
from harness.model.record import Origin, TrialState
from harness.model.store import read_record

COMMAND = ("harness", "study", "study.db")


def trial(number: int, started_s: float, elapsed_s: float, worker: Worker | None = None) -> PastTrial:
    return PastTrial(
        number=number,
        state=TrialState.COMPLETE,
        values=(1.0,),
        params={},
        started_s=started_s,
        elapsed_s=elapsed_s,
        user_attributes=0,
        system_attributes=0,
        intermediate_values=0,
        attribute_bytes=0,
        worker=worker,
    )


def threads(trials: Iterable[PastTrial]) -> dict[int, dict[int, int]]:
    """Thread by trial, by process."""
    return {process: {row.trial.number: row.thread for row in mine} for process, mine in place(tuple(trials)).items()}


def of(process: str, thread: str) -> Worker:
    return Worker(process=process, thread=thread)


def test_without_workers_overlapping_trials_lie_side_by_side() -> None:
    assert threads([trial(0, 0, 3), trial(1, 1, 1), trial(2, 2, 2), trial(3, 3, 1)]) == {0: {0: 0, 1: 1, 2: 1, 3: 0}}


def test_each_worker_keeps_its_own_process_and_thread() -> None:
    trials = [trial(0, 0, 2, of("b", "1")), trial(1, 1, 2, of("a", "9")), trial(2, 1, 2, of("b", "2"))]
    assert threads(trials) == {1: {0: 0, 2: 1}, 2: {1: 0}}


def test_trials_of_one_thread_that_overlap_are_told_apart() -> None:
    trials = [trial(0, 0, 5, of("a", "1")), trial(1, 1, 1, of("a", "1")), trial(2, 2, 1, of("a", "2"))]
    assert threads(trials) == {1: {0: 0, 1: 1, 2: 2}}


def test_a_trial_without_a_worker_is_of_no_process_that_has_one() -> None:
    assert threads([trial(0, 0, 1, of("a", "1")), trial(1, 0, 1)]) == {1: {0: 0}, 0: {1: 0}}


@pytest.mark.parametrize("name", ["study.db", "study.log"])
def test_a_record_holds_what_was_read(filled: Path, name: str, tmp_path: Path) -> None:
    history = read_history(str(filled / name))
    found = read_record(record(history, tmp_path, command=COMMAND, commit=None))
    assert [row.number for row in found.trials] == list(range(7))
    assert found.header.origin is Origin.HISTORY
    assert found.header.plan is None
    assert found.header.label == "demo"
    assert found.header.command == COMMAND
    assert found.header.machine == Machine()
    assert found.outcome is None
    assert found.torn_lines == 0
    by_number = {past.number: past for past in history.trials}
    for row in found.trials:
        past = by_number[row.number]
        assert (row.state, row.values, dict(row.params)) == (past.state, past.values, dict(past.params))
        assert row.started_s == pytest.approx(past.started_s, abs=1e-6)
        assert (row.wall_s, row.written_bytes) == (past.elapsed_s, past.attribute_bytes)
        assert (row.cpu_s, row.process_cpu_s, row.rss_bytes) == (None, None, None)
        assert (row.spans, row.before) == ({}, {})
    assert found.trials[0].calls == {"set_trial_param": 3, "set_trial_user_attr": 1, "set_trial_system_attr": 1}
    assert found.trials[4].calls["set_trial_intermediate_value"] == 2
    study = found.studies[0]
    assert (study.name, study.directions, study.sampler, study.pruner) == ("demo", ("minimize",), "", "")
    assert study.storage == ("RDBStorage" if name == "study.db" else "JournalStorage")


def test_what_else_was_read_lies_beside_it(filled: Path, tmp_path: Path) -> None:
    history = read_history(str(filled / "study.db"))
    folder = record(history, tmp_path, command=COMMAND, commit=None)
    data = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    assert decode(HistoryFacts, data) == history.facts


def test_no_two_trials_of_a_thread_overlap(filled: Path, tmp_path: Path) -> None:
    found = read_record(record(read_history(str(filled / "study.log")), tmp_path, command=COMMAND, commit=None))
    for pid, thread in {(row.pid, row.thread) for row in found.trials}:
        mine = sorted(
            (row for row in found.trials if (row.pid, row.thread) == (pid, thread)), key=lambda r: r.started_s
        )
        assert all(before.ended_s <= after.started_s + 1e-5 for before, after in pairwise(mine))


def test_a_study_without_a_finished_trial_is_recorded_too(filled: Path, tmp_path: Path) -> None:
    full = read_history(str(filled / "study.db"))
    found = read_record(
        record(History(address="x", facts=full.facts, trials=()), tmp_path, command=COMMAND, commit=None)
    )
    assert found.trials == ()
    assert [study.name for study in found.studies] == ["demo"]


def test_a_home_that_cannot_be_written_is_refused(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="no record can be kept"):
        record(read_history(str(filled / "study.db")), tmp_path / "file", command=COMMAND, commit=None)


def test_parameters_that_json_does_not_know_are_kept_as_text(tmp_path: Path, filled: Path) -> None:
    full = read_history(str(filled / "study.db"))
    odd: Any = {"choice": {1, 2}}
    past = PastTrial(**{**{name: getattr(full.trials[0], name) for name in PastTrial.__slots__}, "params": odd})
    folder = record(History(address="x", facts=full.facts, trials=(past,)), tmp_path, command=COMMAND, commit=None)
    assert read_record(folder).trials[0].params == {"choice": "{1, 2}"}
