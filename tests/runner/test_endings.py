"""However a run ends, its record says how in one sentence, keeps the finished rows, and no process is left."""

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.directions import Direction, Directions, DirectionSource
from harness.model.plan import Backend, Plan, SamplerKind, Start, StorageKind
from harness.model.record import Ending, Outcome, Record
from harness.runner import launch as launching
from tests.runner.conftest import Run

pytestmark = pytest.mark.process


def serial(objective: str, trials: int = 8, timeout_s: float | None = None) -> Plan:
    workload = f"objectives:{objective}"
    return Plan(workload=workload, trials=trials, sampler=SamplerKind.NUMBERED, timeout_s=timeout_s)


def shared(objective: str, trials: int = 8, start: Start = Start.SPAWN) -> Plan:
    return Plan(
        workload=f"objectives:{objective}",
        trials=trials,
        sampler=SamplerKind.NUMBERED,
        storage=StorageKind.JOURNAL,
        backend=Backend.PROCESSES,
        workers=2,
        start=start,
    )


def outcome_of(record: Record) -> Outcome:
    assert record.outcome is not None
    return record.outcome


def numbers(record: Record) -> list[int]:
    return [row.number for row in record.trials]


@pytest.mark.parametrize(
    ("objective", "ending", "exit_code", "sentence"),
    [
        ("raising", Ending.FAILED, 1, "ValueError: three is too many (objectives.py, line 23, in raising)"),
        ("refusing", Ending.FAILED, 2, "bars.csv: row 7 has no price"),
        ("killed", Ending.KILLED, -signal.SIGKILL, "killed by SIGKILL"),
        ("leaving", Ending.FAILED, 7, "ended with exit code 7 without saying why"),
        ("leaving_quietly", Ending.FAILED, 0, "ended before its last trial, without an error"),
        ("exiting", Ending.FAILED, 0, "ended before its last trial, without an error"),
    ],
)
def test_a_serial_run_that_breaks_off(run: Run, objective: str, ending: Ending, exit_code: int, sentence: str) -> None:
    record = run(serial(objective))

    failed = [3] if objective in ("raising", "refusing") else []
    assert numbers(record) == [0, 1, 2, *failed]
    outcome = outcome_of(record)
    assert (outcome.ending, outcome.exit_code) == (ending, exit_code)
    assert outcome.detail == f"{sentence}; {3 + len(failed)} of 8 trials are recorded"


def test_a_run_whose_trials_all_fail_did_not_end_well(run: Run) -> None:
    record = run(serial("unknowing", trials=3))

    outcome = outcome_of(record)
    assert (numbers(record), outcome.ending, outcome.exit_code) == ([0, 1, 2], Ending.FAILED, 0)
    why = "trial 0: the objective returned nan, which Optuna takes for a failed trial"
    assert outcome.detail == f"all trials failed: {why}; 3 of 3 trials are recorded"


def test_several_values_have_a_direction_each(run: Run) -> None:
    each = (Direction.MINIMIZE, Direction.MAXIMIZE)
    record = run(replace(serial("double"), directions=Directions(each=each, source=DirectionSource.OPTION)))

    assert outcome_of(record).ending is Ending.FINISHED
    assert [len(row.values or ()) for row in record.trials] == [2] * 8
    assert {study.directions for study in record.studies} == {("minimize", "maximize")}


def test_a_module_that_runs_a_study_while_it_is_imported_is_stopped(run: Run) -> None:
    text = "import optuna\nfrom objectives import parabola\n"
    text += "study = optuna.create_study(storage='sqlite:///own.db')\nstudy.optimize(parabola, n_trials=9)\n"
    Path("unguarded.py").write_text(text)

    record = run(replace(shared("parabola"), workload="unguarded:parabola"))

    outcome = outcome_of(record)
    assert (outcome.ending, outcome.exit_code, record.trials) == (Ending.FAILED, 2, ())
    assert "importing unguarded runs a study (unguarded.py, line 4: study.optimize)" in str(outcome.detail)
    assert not Path("own.db").exists()


def test_a_serial_run_that_wants_too_much_memory(run: Run) -> None:
    record = run(serial("greedy"))

    assert numbers(record) == [0, 1, 2, 3]
    outcome = outcome_of(record)
    assert outcome.ending is Ending.OUT_OF_MEMORY
    assert outcome.detail is not None
    assert "Unable to allocate 4.00 EiB" in outcome.detail


def test_an_objective_that_is_not_there(run: Run) -> None:
    record = run(serial("parabla"))

    outcome = outcome_of(record)
    assert (outcome.ending, outcome.exit_code, record.trials) == (Ending.FAILED, 2, ())
    assert outcome.detail is not None
    assert "module 'objectives' has no attribute 'parabla' (did you mean 'parabola'?)" in outcome.detail


def test_something_that_is_no_objective_with_processes(run: Run) -> None:
    outcome = outcome_of(run(shared("NUMBER")))

    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, 2)
    assert outcome.detail is not None
    assert outcome.detail.startswith("'objectives:NUMBER' is of type int")


def test_a_time_out_ends_even_what_ignores_being_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching, "GRACE_S", 0.2)
    plan = serial("stubborn", timeout_s=6.0)

    record = run(plan)

    assert numbers(record) == [0, 1, 2]
    outcome = outcome_of(record)
    assert (outcome.ending, outcome.exit_code) == (Ending.TIMED_OUT, -signal.SIGKILL)
    assert outcome.detail == "stopped at its time-out of 6 s; 3 of 8 trials are recorded"


@pytest.mark.parametrize("start", Start)
def test_a_worker_that_is_killed_loses_only_its_trial(run: Run, start: Start) -> None:
    record = run(shared("killed", start=start))

    assert numbers(record) == [0, 1, 2, 4, 5, 6, 7]
    outcome = outcome_of(record)
    assert (outcome.ending, outcome.exit_code) == (Ending.KILLED, 3)
    assert outcome.detail is not None
    assert "was killed by SIGKILL; 7 of 8 trials are recorded" in outcome.detail
    assert len([one for one in record.starts if one.worker >= 0]) == 2
    books = [end.is_final for end in record.ends]  # a killed one leaves them so far, after each trial that it finished
    assert sorted(books) == [False] * (len({row.worker for row in record.trials}) - 1) + [True]


def test_a_worker_that_leaves_quietly_is_not_a_finished_run(run: Run) -> None:
    record = run(shared("leaving_quietly"))

    assert numbers(record) == [0, 1, 2, 4, 5, 6, 7]
    outcome = outcome_of(record)
    assert outcome.ending is Ending.FAILED
    assert outcome.detail == "ended before its last trial, without an error; 7 of 8 trials are recorded"


@pytest.mark.parametrize(
    ("objective", "exit_code", "sentence"),
    [
        ("raising", 1, "ValueError: three is too many (objectives.py, line 23, in raising)"),
        ("refusing", 2, "bars.csv: row 7 has no price"),
    ],
)
def test_an_objective_that_raises_in_a_worker_ends_the_study_with_its_sentence(
    run: Run, objective: str, exit_code: int, sentence: str
) -> None:
    record = run(shared(objective, trials=400))

    assert 3 in numbers(record)
    assert len(record.trials) < 400  # the other worker was given no more
    outcome = outcome_of(record)
    assert (outcome.ending, outcome.exit_code) == (Ending.FAILED, exit_code)
    assert outcome.detail == f"{sentence}; {len(record.trials)} of 400 trials are recorded"
