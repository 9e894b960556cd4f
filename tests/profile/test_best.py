"""The best values of a study, as Optuna has them."""

from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from harness.attach.histories.reading import read_history
from harness.attach.histories.recording import record
from harness.profile.best import StudyBest, front_size
from harness.profile.build import build
from harness.profile.facts import Profile
from harness.report.profiled.best import best_lines, best_sentences

optuna.logging.set_verbosity(optuna.logging.ERROR)


def dominated(losses: np.ndarray[Any, Any], row: int) -> bool:
    one = losses[row]
    return any(bool(np.all(other <= one) and np.any(other < one)) for other in losses)


@pytest.mark.parametrize("objectives", [2, 3, 4])
@pytest.mark.parametrize("kinds", [4, 1000])
def test_the_front_is_what_no_trial_dominates(objectives: int, kinds: int) -> None:
    random = np.random.default_rng(objectives * kinds)
    for trials in (1, 2, 7, 60):
        losses = random.integers(0, kinds, (trials, objectives)).astype(float)
        losses[random.random(losses.shape) < 0.05] = np.inf

        assert front_size(losses) == sum(not dominated(losses, row) for row in range(trials))


def profile_of(folder: Path, storage: str, name: str) -> Profile:
    return build(record(read_history(storage, name), folder / ".harness", command=(), commit=None))


def storages(folder: Path) -> list[tuple[Any, str]]:
    journal = str(folder / "study.log")
    return [
        (f"sqlite:///{folder / 'study.db'}", f"sqlite:///{folder / 'study.db'}"),
        (optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(journal)), journal),
    ]


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
@pytest.mark.parametrize("place", [0, 1])
def test_one_objective(tmp_path: Path, direction: str, place: int) -> None:
    storage, address = storages(tmp_path)[place]
    study = optuna.create_study(study_name="own", storage=storage, direction=direction)

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", -1, 1)
        if trial.number % 5 == 4:
            raise optuna.TrialPruned
        return float("nan") if trial.number % 7 == 6 else round(x, 1)  # of equal ones, the first counts

    study.optimize(objective, n_trials=25)

    profile = profile_of(tmp_path, address, "own")

    (best,) = profile.best[0].trials
    assert (best.number, best.value, dict(best.params)) == (
        study.best_trial.number,
        study.best_value,
        study.best_trial.params,
    )
    (said,) = best_sentences(profile)
    assert said.startswith(f"Best value: {study.best_value:.6g} ({direction}), trial {study.best_trial.number}, found ")
    assert best_lines(profile, 0)[0].params == tuple(study.best_trial.params.items())


def _plain(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 0, 1)
    trial.set_user_attr("broken", 0.5 - x)
    return x


def _constrained(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 0, 1)
    trial.set_constraint("least", 0.5 - x)
    return x


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
@pytest.mark.filterwarnings("ignore:.*constraints_func:FutureWarning")
@pytest.mark.parametrize("is_function", [True, False])
@pytest.mark.parametrize("place", [0, 1])
def test_a_trial_that_breaks_a_constraint_is_not_the_best(tmp_path: Path, place: int, is_function: bool) -> None:
    storage, address = storages(tmp_path)[place]
    if not is_function and not hasattr(optuna.Trial, "set_constraint"):
        pytest.skip("this Optuna has no constraints by name")
    function = (lambda trial: (trial.user_attrs["broken"],)) if is_function else None
    sampler = optuna.samplers.TPESampler(seed=1, constraints_func=function)
    study = optuna.create_study(study_name="own", storage=storage, sampler=sampler)
    objective = _plain if is_function else _constrained
    study.optimize(objective, n_trials=12)

    profile = profile_of(tmp_path, address, "own")

    assert profile.best[0].trials[0].number == study.best_trial.number
    broken = sum(trial.params["x"] < 0.5 for trial in study.trials)
    assert profile.best[0].infeasible == broken > 0
    assert f"; {broken} trial" in next(best_sentences(profile))


def test_several_objectives(tmp_path: Path) -> None:
    storage, address = storages(tmp_path)[1]
    study = optuna.create_study(study_name="own", storage=storage, directions=["minimize", "maximize"])
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)), n_trials=20)

    profile = profile_of(tmp_path, address, "own")

    found = profile.best[0]
    assert found.front == len(study.best_trials)
    assert [best.value for best in found.trials] == [
        min(trial.values[0] for trial in study.trials),
        max(trial.values[1] for trial in study.trials),
    ]
    (said,) = best_sentences(profile)
    assert "for objective 1 (minimize)" in said
    assert f"{found.front} trial{'s' if found.front != 1 else ''} of 20 on the Pareto front" in said


def test_without_a_complete_trial_there_is_none(tmp_path: Path) -> None:
    storage, address = storages(tmp_path)[1]
    study = optuna.create_study(study_name="own", storage=storage)
    study.optimize(lambda trial: float("nan"), n_trials=2)

    profile = profile_of(tmp_path, address, "own")

    assert profile.best == (StudyBest(study=0, completed=0, infeasible=0, trials=(), front=None),)
    assert list(best_sentences(profile)) == ["Best value (minimize): none yet, no trial completed."]
