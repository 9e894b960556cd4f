"""The best points of a leg: in order, each once, of trials that have a value."""

import math

from optuna.distributions import FloatDistribution
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState, create_trial

from harness.runner.searching.carrying import best_points

LESS, MORE = StudyDirection.MINIMIZE, StudyDirection.MAXIMIZE


def trial(number: int, x: float, value: float | None, state: TrialState = TrialState.COMPLETE) -> FrozenTrial:
    made = create_trial(state=state, value=value, params={"x": x}, distributions={"x": FloatDistribution(-10, 10)})
    made.number = number
    return made


def xs(trials: list[FrozenTrial], direction: StudyDirection, count: int) -> list[float]:
    return [point["x"] for point in best_points(trials, direction, count)]


TRIALS = [trial(0, 0.0, 5.0), trial(1, 1.0, 2.0), trial(2, 2.0, 9.0), trial(3, 3.0, 2.0)]


def test_the_best_come_first_and_the_earlier_of_equals() -> None:
    assert xs(TRIALS, LESS, 3) == [1.0, 3.0, 0.0]
    assert xs(TRIALS, MORE, 2) == [2.0, 0.0]


def test_a_point_is_carried_once() -> None:
    assert xs([*TRIALS, trial(4, 1.0, 2.0)], LESS, 9) == [1.0, 3.0, 0.0, 2.0]


def test_a_trial_without_a_value_is_none_of_the_best() -> None:
    ended = [trial(0, 0.0, None, TrialState.FAIL), trial(1, 1.0, 0.5, TrialState.PRUNED), trial(2, 2.0, 7.0)]

    assert xs(ended, LESS, 5) == [2.0]
    assert xs([trial(0, 0.0, math.inf), trial(1, 1.0, 3.0)], LESS, 5) == [1.0, 0.0]
