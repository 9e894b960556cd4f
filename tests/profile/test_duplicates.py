from dataclasses import replace

import numpy as np
import pytest

from harness.model.record import TrialState
from harness.profile.columns import STATES, Trials
from harness.profile.duplicates import duplicates_of
from harness.profile.facts import Duplicates
from tests.profiles import TRIAL_S, fake_trials

NONE = Duplicates(trials=0, wall_s=0.0, groups=0, most=0, same=0, same_wall_s=0.0)


def with_parameters(*parameters: int, failed: tuple[int, ...] = ()) -> Trials:
    state = np.full(len(parameters), STATES.index(TrialState.COMPLETE))
    state[list(failed)] = STATES.index(TrialState.FAIL)
    return replace(fake_trials(len(parameters)), parameters=np.array(parameters, dtype=np.int64), state=state)


def test_each_trial_after_the_first_of_its_parameters_is_a_duplicate() -> None:
    found = duplicates_of(with_parameters(0, 1, 0, 2, 1, 0))
    assert (found.trials, found.groups, found.most) == (3, 2, 3)
    assert found.wall_s == pytest.approx(3 * TRIAL_S)


def test_the_first_by_number_is_kept_and_the_time_of_the_others_counted() -> None:
    trials = replace(with_parameters(0, 0, 0), wall_s=np.array([1.0, 2.0, 4.0]))
    assert duplicates_of(trials).wall_s == 6.0


def test_trials_without_parameters_are_no_duplicates() -> None:
    assert duplicates_of(with_parameters(-1, -1, -1)) == NONE


def test_a_failed_trial_run_again_is_no_duplicate() -> None:
    assert duplicates_of(with_parameters(0, 0, failed=(0,))).trials == 0
    assert duplicates_of(with_parameters(0, 0, 0, failed=(0,))).trials == 1


def test_no_trials_are_no_duplicates() -> None:
    assert duplicates_of(fake_trials(0)) == NONE


def test_a_repeat_with_another_value_is_told_apart() -> None:
    trials = replace(
        with_parameters(0, 0, 0, 1, 1),
        value=np.array([0.5, 0.5, 0.6, 0.7, np.nan]),  # the last was pruned
        wall_s=np.array([1.0, 2.0, 4.0, 8.0, 16.0]),
    )
    found = duplicates_of(trials)
    assert (found.trials, found.wall_s) == (3, 22.0)
    assert (found.same, found.same_wall_s) == (2, 18.0)
