"""A study with a storage lever holds what a plain one holds: whoever opens it with Optuna alone finds the same."""

import random
import warnings
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.pruners import MedianPruner
from optuna.samplers import TPESampler
from optuna.storages import BaseStorage, RDBStorage
from optuna.trial import FrozenTrial, Trial, TrialState

from harness.runner.storages import close_storage, open_storage
from harness.runner.storages.compressed import plain
from tests.runner.storages.conftest import LEVERS, Open, with_levers
from tests.servers import PostgreSQL, postgresql

__all__ = ["postgresql"]  # a fixture

TRIALS = 14
CURVE = [random.Random(1).gauss(0, 1) for _ in range(400)]


def objective(trial: Trial) -> float:
    """Everything that a trial can be given: kinds of parameters, attributes, reports, endings."""
    x = trial.suggest_float("x", -5, 5)
    kind = trial.suggest_categorical("kind", ["a", None, 3])
    n = trial.suggest_int("n", 1, 64, log=True)
    trial.set_user_attr("curve", [value * x for value in CURVE])
    trial.set_user_attr("pair", (1, {"2": [None, True, "ü"]}))
    trial.set_user_attr("first", x)
    trial.set_user_attr("first", -x)  # the last one counts
    assert trial.user_attrs["first"] == -x
    for step in range(3):
        trial.report(float("nan") if step == 1 else x * x + step, step)
    if trial.number == 3:
        raise ValueError("three is too many")
    if trial.number > 3 and trial.should_prune():
        raise optuna.TrialPruned
    return x * x + n / 64 + (kind is None) + (float("inf") if trial.number == 7 else 0)


def run(storage: BaseStorage, n_jobs: int = 1) -> optuna.Study:
    """A seeded study with an enqueued trial, a trial added whole, and all that `objective` does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a report was no number
        sampler = TPESampler(seed=3, n_startup_trials=4)
        pruner = MedianPruner(n_startup_trials=2)
        study = optuna.create_study(study_name="s", storage=storage, sampler=sampler, pruner=pruner)
        study.enqueue_trial({"x": 0.25, "n": 4}, user_attrs={"why": "a guess"})
        study.optimize(objective, n_trials=TRIALS, n_jobs=n_jobs, catch=(ValueError,))
    return study


def shown(trial: FrozenTrial) -> dict[str, Any]:
    """All of a trial but its times and its id."""
    assert trial.datetime_start is not None
    assert trial.datetime_complete is not None
    assert trial.datetime_start <= trial.datetime_complete
    return {
        "number": trial.number,
        "state": trial.state,
        "values": trial.values,
        "params": trial.params,
        "distributions": trial.distributions,
        "user": {key: plain(value) for key, value in trial.user_attrs.items()},
        "system": trial.system_attrs,
        "reports": {step: repr(value) for step, value in trial.intermediate_values.items()},
    }


def by_optuna_alone(folder: Path) -> list[FrozenTrial]:
    """The trials of a finished run as a plain storage reads them."""
    is_journal = (folder / "study.journal").exists()
    storage = open_storage(with_levers("journal" if is_journal else ""), folder)
    trials = optuna.load_study(study_name="s", storage=storage).trials
    close_storage(storage)
    return trials


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("plain")
    storage = open_storage(with_levers("journal"), folder)
    trials = [shown(trial) for trial in run(storage).trials]
    assert {trial["state"] for trial in trials} == {TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL}
    return trials


@pytest.mark.parametrize("levers", ["", *LEVERS])
def test_a_seeded_study_is_the_same_with_each_lever(
    levers: str, opened: Open, tmp_path: Path, expected: list[dict[str, Any]]
) -> None:
    study = run(opened(with_levers(levers)))

    assert [shown(trial) for trial in study.trials] == expected
    assert [shown(trial) for trial in by_optuna_alone(tmp_path)] == expected
    assert study.best_trial.number == optuna.load_study(study_name="s", storage=study._storage).best_trial.number


@pytest.mark.parametrize("levers", ["one-write", "journal,one-write", "one-write,compress"])
def test_threads_lose_nothing(levers: str, opened: Open, tmp_path: Path) -> None:
    study = run(opened(with_levers(levers)), n_jobs=4)

    assert [trial.number for trial in study.trials] == list(range(TRIALS))  # the enqueued one was run once
    assert [shown(trial) for trial in by_optuna_alone(tmp_path)] == [shown(trial) for trial in study.trials]
    for trial in study.trials:
        assert len(trial.params) == 3
        assert plain(trial.user_attrs["curve"]) == [value * trial.params["x"] for value in CURVE]


def test_a_stranger_finds_a_marker_for_what_was_compressed(opened: Open, tmp_path: Path) -> None:
    run(opened(with_levers("one-write,compress")))
    trial = by_optuna_alone(tmp_path)[1]

    assert set(trial.user_attrs["curve"]) == {"harness:zstd", "bytes"}
    assert plain(trial.user_attrs["curve"]) == [value * trial.params["x"] for value in CURVE]
    assert trial.user_attrs["pair"] == [1, {"2": [None, True, "ü"]}]


@pytest.mark.server
def test_postgresql_is_written_once_too(postgresql: PostgreSQL, expected: list[dict[str, Any]]) -> None:
    from harness.runner.storages import one_write

    postgresql.execute("CREATE DATABASE one_write")
    database = RDBStorage(postgresql.url("one_write"))
    study = run(one_write(database))

    assert [shown(trial) for trial in study.trials] == expected
    again = optuna.load_study(study_name="s", storage=database)
    assert [shown(trial) for trial in again.trials] == expected
    close_storage(database)
