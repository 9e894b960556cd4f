"""Trials that a heartbeat has failed: one that is tried again has its parameters, and who failed it says so."""

import json
from pathlib import Path

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial

from harness.attach.recorder import Recorder
from harness.attach.studies import observed


def rows(folder: Path, kind: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for path in folder.glob("trials-*.jsonl") for line in path.read_text().splitlines()]
    return [line for line in lines if line["kind"] == kind]


@pytest.fixture
def study() -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))


def test_a_trial_made_with_its_parameters_has_them_in_its_row(
    recorder: Recorder, study: optuna.Study, tmp_path: Path
) -> None:
    distributions = {"x": FloatDistribution(0, 1)}
    study.add_trial(create_trial(state=TrialState.WAITING, params={"x": 0.25}, distributions=distributions))
    with observed(recorder):
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0, 1), n_trials=2)

    again, new = rows(tmp_path, "trial")
    assert again["params"] == study.trials[0].params
    assert new["params"] == study.trials[1].params


def test_a_trial_begun_elsewhere_and_failed_here_is_counted(
    recorder: Recorder, study: optuna.Study, tmp_path: Path
) -> None:
    stale = study.ask()
    with observed(recorder):
        recorder.ready(startup_wall_s=0.0, startup_cpu_s=0.0)
        study._storage.set_trial_state_values(stale._trial_id, TrialState.FAIL)
        recorder.finish(None)

    (end,) = rows(tmp_path, "end")
    assert (end["failed_elsewhere"], end["open_trials"]) == (1, 0)
