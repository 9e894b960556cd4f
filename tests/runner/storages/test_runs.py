"""Whole runs with storage levers: in processes, and where one is killed."""

import sys
from dataclasses import replace
from pathlib import Path

import optuna
import pytest
from optuna.trial import FrozenTrial, TrialState

from harness.model.plan import Backend, Plan, SamplerKind, Writes
from harness.model.record import Ending, Record
from harness.runner.storages import STUDY, close_storage, open_storage
from tests.runner.conftest import Run
from tests.runner.storages.conftest import with_levers

pytestmark = pytest.mark.process

TRIALS = 12
OBJECTIVES = '''"""Objectives that write attributes and reports."""

import os
import signal


def writing(trial):
    x = trial.suggest_float("x", -1, 1)
    for index in range(20):
        trial.set_user_attr(f"a{index}", index * x)
    trial.report(x, 0)
    return x * x


def dying(trial):
    value = writing(trial)
    if trial.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return value
'''


@pytest.fixture(scope="module", autouse=True)
def _objectives(bench: Path) -> None:
    (bench / "storage_objectives.py").write_text(OBJECTIVES)
    sys.modules.pop("storage_objectives", None)


def planned(levers: str, objective: str = "writing", **changes: object) -> Plan:
    whole = replace(
        with_levers(levers), workload=f"storage_objectives:{objective}", trials=TRIALS, sampler=SamplerKind.NUMBERED
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def by_optuna_alone(record: Record) -> list[FrozenTrial]:
    plan = record.header.plan
    assert plan is not None
    plain = replace(with_levers(""), storage=plan.storage)
    storage = open_storage(plain, record.folder)
    trials = optuna.load_study(study_name=STUDY, storage=storage).trials
    close_storage(storage)
    return trials


@pytest.mark.parametrize("levers", ["one-write", "journal,one-write"])
def test_processes_write_every_trial_once(levers: str, run: Run) -> None:
    record = run(planned(levers, backend=Backend.PROCESSES, workers=2))
    trials = by_optuna_alone(record)

    assert [trial.number for trial in trials] == list(range(TRIALS))
    assert {trial.state for trial in trials} == {TrialState.COMPLETE}
    for trial in trials:
        x = trial.params["x"]
        assert trial.values == [x * x]
        assert trial.user_attrs == {f"a{index}": index * x for index in range(20)}
        assert trial.intermediate_values == {0: x}
    seen = {trial.number: trial.values for trial in record.trials}
    assert seen == {trial.number: tuple(trial.values) for trial in trials}


def test_a_killed_run_keeps_every_trial_that_had_finished(run: Run) -> None:
    record = run(planned("one-write", "dying"))
    trials = by_optuna_alone(record)

    assert record.outcome is not None
    assert record.outcome.ending is Ending.KILLED
    assert [trial.state for trial in trials] == [TrialState.COMPLETE] * 3 + [TrialState.RUNNING]
    assert [len(trial.user_attrs) for trial in trials] == [20, 20, 20, 0]


def test_a_tuned_database_ends_as_one_file_whose_size_is_recorded(run: Run) -> None:
    record = run(planned("sqlite-tuned", backend=Backend.THREADS, workers=2, writes=Writes.AT_END))
    files = list(record.folder.glob("study.*"))

    assert [file.name for file in files] == ["study.sqlite3"]
    assert record.outcome is not None
    assert record.outcome.stored_bytes == files[0].stat().st_size
    assert {study.storage for study in record.studies} == {"RDBStorage"}
