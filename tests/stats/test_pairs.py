import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.pairs import paired_ratio, paired_result, ratio_of_logs

times = st.floats(1e-3, 1e3)
pairs = st.lists(st.tuples(times, times), min_size=3, max_size=20)


@given(pairs)
def test_the_other_way_round_is_the_inverse(found: list[tuple[float, float]]) -> None:
    before, after = zip(*found, strict=True)
    one, other = paired_ratio(before, after), paired_ratio(after, before)
    assert one.low is not None
    assert other.high is not None
    assert one.value * other.value == pytest.approx(1)
    assert one.low * other.high == pytest.approx(1)
    assert one.low <= one.value * (1 + 1e-12)


@given(pairs, st.floats(0.1, 10))
def test_a_machine_that_is_slower_for_both_runs_of_a_pair_changes_nothing(
    found: list[tuple[float, float]], factor: float
) -> None:
    before, after = zip(*found, strict=True)
    slowed = [(first * factor**index, second * factor**index) for index, (first, second) in enumerate(found)]
    told = paired_ratio([one for one, _ in slowed], [two for _, two in slowed])
    assert told.value == pytest.approx(paired_ratio(before, after).value)


def test_the_interval_covers_the_true_ratio_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    covered = 0
    for _ in range(1000):
        machine, noise = np.exp(random.normal(0, 0.5, 8)), np.exp(random.normal(0, 0.05, (2, 8)))
        found = paired_ratio(list(machine * noise[0]), list(0.3 * machine * noise[1]))
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.3 <= found.high
    assert 930 <= covered <= 970


def test_two_pairs_have_no_interval() -> None:
    found = paired_ratio([2.0, 8.0], [1.0, 1.0])
    assert (found.value, found.low, found.high) == (pytest.approx(1 / 4), None, None)


@pytest.mark.parametrize(
    ("before", "after"), [([], []), ([1.0], [1.0, 2.0]), ([0.0], [1.0]), ([1.0], [math.nan]), ([1.0], [math.inf])]
)
def test_what_does_not_pair_is_refused(before: list[float], after: list[float]) -> None:
    with pytest.raises(InputError, match="paired ratio"):
        paired_ratio(before, after)


@given(pairs, st.sampled_from([0.2, 0.05, 0.01, 0.001]))
def test_the_p_value_is_below_the_level_exactly_where_the_interval_leaves_one_out(
    found: list[tuple[float, float]], alpha: float
) -> None:
    before, after = zip(*found, strict=True)
    told = paired_result(before, after, alpha)
    assert told.p_value is not None
    assert told.ratio.low is not None
    assert told.ratio.high is not None
    if abs(told.p_value - alpha) > 1e-9:
        assert (told.p_value < alpha) == (not told.ratio.low <= 1 <= told.ratio.high)


def test_a_level_that_nothing_reaches_has_bounds_that_say_nothing() -> None:
    """The first of 60 blocks spends next to none of alpha: Student's quantile overflowed there."""
    told = ratio_of_logs([-0.28, -0.15, 0.05, 0.1, 0.45, 0.1], 1e-20)
    assert told.ratio.low is not None
    assert told.ratio.high is not None
    assert told.ratio.low < 1e-9
    assert told.ratio.high > 1e9


@pytest.mark.parametrize(("after", "p_value"), [(1.0, 1.0), (2.0, 0.0)])
def test_counts_that_agree_to_the_last_digit_are_certain(after: float, p_value: float) -> None:
    told = paired_result([1.0] * 4, [after] * 4, 0.01)
    assert (told.ratio.low, told.ratio.high, told.p_value) == (pytest.approx(after), pytest.approx(after), p_value)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1])
def test_a_level_outside_nought_to_one_is_refused(alpha: float) -> None:
    with pytest.raises(InputError, match="level"):
        paired_result([1.0] * 3, [1.0] * 3, alpha)
