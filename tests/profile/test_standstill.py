import numpy as np
import pytest

from harness.profile.columns import Trials
from harness.profile.standstill import LEAST_S, standstill_of
from tests.profiles import fake_trials


def lasting(*stretches: tuple[float, float]) -> Trials:
    started_s = np.array([begin for begin, _ in stretches])
    ended_s = np.array([end for _, end in stretches])
    return fake_trials(len(stretches), started_s=started_s, ended_s=ended_s, wall_s=ended_s - started_s)


def test_a_study_without_trials_never_stood_still() -> None:
    assert standstill_of(lasting()) is None


def test_a_trial_that_goes_on_bridges_a_gap_between_others() -> None:
    assert standstill_of(lasting((0, 1000), (0, 1), (990, 1001))) is None


def test_stretches_without_a_trial_add_up_and_the_longest_is_told() -> None:
    found = standstill_of(lasting((0, 10), (5, 15), (115, 125), (1125, 1135)))
    assert found is not None
    assert (found.count, found.total_s, found.longest_s, found.longest_from_s) == (2, 1100, 1000, 125)
    assert found.at_once == pytest.approx(40 / 35)


def test_a_pause_that_is_short_beside_the_trials_is_none() -> None:
    assert standstill_of(lasting((0, 100), (100 + 4 * LEAST_S, 500))) is None


def test_a_pause_of_less_than_the_least_is_none_however_short_the_trials() -> None:
    assert standstill_of(lasting((0, 0.1), (LEAST_S, LEAST_S + 0.1))) is None
