import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes

from harness.stats.trend import BLOCKS, theil_sen, trend_of

numbers = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@given(st.lists(numbers, min_size=2, max_size=40))
def test_theil_sen_gives_scipys_numbers(values: list[float]) -> None:
    at = list(range(len(values)))
    ours, theirs = theil_sen(at, values), theilslopes(values, at, alpha=0.95)
    assert (ours.value, ours.low, ours.high) == pytest.approx(
        (theirs.slope, theirs.low_slope, theirs.high_slope), rel=1e-9, abs=1e-9
    )


def test_ties_narrow_the_interval_as_in_scipy() -> None:
    at, values = [float(x) for x in range(20)], [float(x // 7) for x in range(20)]
    ours, theirs = theil_sen(at, values), theilslopes(values, at, alpha=0.95)
    assert (ours.low, ours.high) == (theirs.low_slope, theirs.high_slope)


def test_fewer_items_than_blocks_have_no_trend() -> None:
    assert trend_of([1.0] * (BLOCKS - 1)) is None
    assert trend_of([1.0] * BLOCKS) is not None


@given(st.lists(numbers, min_size=BLOCKS, max_size=60))
def test_the_bounds_enclose_the_estimate(values: list[float]) -> None:
    trend = trend_of(values)
    assert trend is not None
    assert trend.low is not None
    assert trend.high is not None
    assert trend.low <= trend.value <= trend.high


@given(st.integers(BLOCKS, 300), st.floats(-100, 100), st.floats(-1e3, 1e3))
def test_a_straight_line_gives_its_own_slope(count: int, slope: float, start: float) -> None:
    trend = trend_of([start + slope * index for index in range(count)])
    assert trend is not None
    for bound in (trend.low, trend.value, trend.high):
        assert bound == pytest.approx(slope, rel=1e-6, abs=1e-6)


def test_one_large_step_is_no_trend() -> None:
    trend = trend_of([0.0] * 50 + [1000.0] * 50)
    assert trend is not None
    assert trend.low == 0.0


def test_a_random_walk_without_drift_is_seldom_seen_to_rise() -> None:
    draw = np.random.default_rng(20261124)
    rises = sum(_low(np.cumsum(draw.normal(size=200))) > 0 for _ in range(400))
    assert rises <= 0.05 * 400  # Sen's own bound sees a rise or a fall in most of them:
    fooled = sum(_sens_low(np.cumsum(draw.normal(size=100))) > 0 for _ in range(100))
    assert fooled > 0.25 * 100


def test_a_drift_as_large_as_the_steps_of_the_walk_is_seen() -> None:
    draw = np.random.default_rng(20261124)
    seen = sum(_low(np.cumsum(draw.normal(loc=1.0, size=200))) > 0 for _ in range(200))
    assert seen >= 0.95 * 200


def _low(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    trend = trend_of(values.tolist())
    assert trend is not None
    assert trend.low is not None
    return trend.low


def _sens_low(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    low = theil_sen(list(range(len(values))), values.tolist()).low
    assert low is not None
    return low
