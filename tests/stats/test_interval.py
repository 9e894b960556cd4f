"""Intervals: the median's covers what it says, for any sample size and distribution."""

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from harness.stats.interval import Interval, median_of


def test_nothing_has_no_median() -> None:
    assert median_of([]) is None


@pytest.mark.parametrize("count", range(1, 6))
def test_up_to_five_values_have_no_interval_at_95_percent(count: int) -> None:
    found = median_of(list(range(count)))

    assert found == Interval(value=(count - 1) / 2)


def test_six_values_are_covered_from_the_first_to_the_last() -> None:
    assert median_of([3, 1, 2, 6, 5, 4]) == Interval(value=3.5, low=1, high=6)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("count", [*range(1, 61), 999, 1_000, 1_029, 1_200, 5_000])
def test_the_interval_is_the_narrowest_that_covers_enough(count: int, confidence: float) -> None:
    found = median_of(range(count), confidence)

    assert found is not None
    ranks = range(1, count // 2 + 1) if count < 100 else range(count // 2 - 300, count // 2 + 1)
    enough = [k for k in ranks if 1 - 2 * binom.cdf(k - 1, count, 0.5) >= confidence]
    if not enough:
        assert (found.low, found.high) == (None, None)
    else:
        assert (found.low, found.high) == (max(enough) - 1, count - max(enough))


@pytest.mark.parametrize("count", [6, 9, 25, 60])
def test_simulated_medians_are_covered_as_often_as_claimed(count: int) -> None:
    draws = np.random.default_rng(20260101).exponential(size=(1_500, count))
    true = math.log(2)

    found = [median_of(draw.tolist()) for draw in draws]

    covered = sum(f is not None and f.low is not None and f.high is not None and f.low <= true <= f.high for f in found)
    assert covered >= 1_500 * 0.95 - 3 * math.sqrt(1_500 * 0.95 * 0.05)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40))
def test_the_value_is_the_median_and_lies_inside(sample: list[float]) -> None:
    found = median_of(sample)

    assert found is not None
    assert found.value == pytest.approx(median(sample))
    if found.low is not None and found.high is not None:
        assert found.low <= found.value <= found.high


def test_a_scaled_interval_keeps_what_is_missing() -> None:
    assert Interval(value=2, low=1, high=4).scaled(3) == Interval(value=6, low=3, high=12)
    assert Interval(value=2).scaled(3) == Interval(value=6)
