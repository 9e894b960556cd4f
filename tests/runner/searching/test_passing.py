"""Given points are tried by trial number; the other trials are the inner sampler's."""

from collections.abc import Callable

import optuna
import pytest
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.testing.pytest_samplers import BasicSamplerTestCase, RelativeSamplerTestCase

from harness.runner.searching.passing import GivenSampler, PassingSampler

POINTS = ({"x": 0.25, "n": 3}, {"x": -0.5, "n": 7})


def point(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", -1, 1) + trial.suggest_int("n", 0, 9)


def run(sampler: BaseSampler, trials: int) -> list[dict[str, object]]:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=sampler)
    study.optimize(point, n_trials=trials)
    return [trial.params for trial in study.trials]


def test_the_first_trials_are_the_given_points_and_the_others_the_inner_samplers() -> None:
    found = run(GivenSampler(RandomSampler(seed=3), POINTS), 5)

    assert found[:2] == list(POINTS)
    assert found[2:] == run(RandomSampler(seed=3), 3)


def test_points_may_be_given_to_later_trials_of_a_study() -> None:
    assert run(GivenSampler(TPESampler(seed=3, n_startup_trials=1), POINTS, first=2), 5)[2:4] == list(POINTS)


def test_what_a_point_lacks_is_drawn() -> None:
    (found,) = run(GivenSampler(RandomSampler(seed=3), ({"x": 0.25},)), 1)

    assert found["x"] == 0.25
    assert found["n"] in range(10)


def test_a_value_that_an_objective_has_no_room_for_any_more_is_drawn_anew() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=GivenSampler(RandomSampler(seed=3), ({"x": 0.9, "kind": "old"},)))

    study.optimize(
        lambda trial: trial.suggest_float("x", 0.0, 0.5) + len(trial.suggest_categorical("kind", ["new", "newer"])),
        n_trials=1,
    )

    assert study.trials[0].params["x"] <= 0.5
    assert study.trials[0].params["kind"] in ("new", "newer")


class TestConformance(BasicSamplerTestCase, RelativeSamplerTestCase):
    @pytest.fixture
    def sampler(self) -> Callable[[], BaseSampler]:
        return lambda: PassingSampler(TPESampler(seed=0, n_startup_trials=0))
