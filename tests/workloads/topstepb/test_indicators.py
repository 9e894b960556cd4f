"""Live indicators: equal to pandas to the last bit, and to the textbook formula."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.workloads.topstepb.as_found import indicators, regression_slope
from harness.workloads.topstepb.indicators import Atr, Average, Rsi, Slope, squares
from harness.workloads.topstepb.parameters import Parameters

TICKS = st.lists(st.integers(990, 1010).map(lambda ticks: ticks / 10), min_size=1, max_size=120)


@settings(max_examples=60)
@given(TICKS, st.integers(2, 60))
def test_an_average_equals_pandas_to_the_last_bit(values, span):
    average = Average(span)
    ours = [average.update(x) for x in values]
    assert ours == pd.Series(values).ewm(span=span, adjust=False).mean().to_list()


@pytest.mark.parametrize("span", [5, 12, 26, 53])
def test_an_average_of_a_constant_is_that_constant(span):
    average = Average(span)
    for _ in range(300):
        assert average.update(0.1) == 0.1


@settings(max_examples=40)
@given(TICKS, st.integers(2, 30))
def test_wilder_averages_weigh_the_new_bar_by_one_over_the_length(values, length):
    average = Average(2 * length - 1)
    ours = [average.update(x) for x in values]
    assert ours == pd.Series(values).ewm(com=length - 1, adjust=False).mean().to_list()


def test_rsi_is_100_after_rises_only_0_after_falls_only_and_nan_before_any_move():
    rising, falling, still = Rsi(3), Rsi(3), Rsi(3)
    for step in range(5):
        rising.update(10.0 + step)
        falling.update(10.0 - step)
        still.update(10.0)
    assert rising.value() == 100.0
    assert falling.value() == 0.0
    assert math.isnan(still.value())


def test_rsi_follows_wilders_recursion():
    rsi = Rsi(2)
    for close in (10.0, 12.0, 11.0):
        rsi.update(close)
    assert rsi.value() == pytest.approx(100 * 1.0 / 1.5)  # rises 2, 0 average to 1; falls 0, 1 to a half


def test_true_range_reaches_to_the_close_before():
    atr = Atr(2)
    assert atr.update(11.0, 9.0, 9.5) == 2.0
    assert atr.update(14.0, 12.0, 13.0) == (2.0 + 4.5) / 2


@settings(max_examples=60)
@given(st.lists(st.floats(1.0, 1e5), min_size=2, max_size=60))
def test_slope_is_the_least_squares_slope(closes):
    slope = Slope(len(closes))
    for close in closes:
        slope.update(close)
    expected = np.polynomial.polynomial.polyfit(np.arange(len(closes)), closes, 1)[1]
    assert slope.value() == pytest.approx(expected, rel=1e-6, abs=1e-6)


@settings(max_examples=60)
@given(st.lists(st.floats(1.0, 1e5), min_size=2, max_size=60))
def test_the_pandas_slope_of_a_window_has_the_same_bits(closes):
    slope = Slope(len(closes))
    for close in closes:
        slope.update(close)
    window = pd.Series(closes, index=range(7, 7 + len(closes)))
    with pd.option_context("compute.use_bottleneck", False):
        plain = regression_slope(window)
    assert plain == regression_slope(window) == slope.value()


def test_the_sum_of_squares_is_exact():
    for length in range(2, 500):
        assert squares(length) == sum((2 * row - length + 1) ** 2 for row in range(length)) / 4


def test_pandas_indicators_are_missing_until_they_have_seen_their_length():
    rng = np.random.default_rng(5)
    close = 100 + rng.integers(-5, 6, 80).cumsum() / 10
    table = pd.DataFrame({"high": close + 0.2, "low": close - 0.2, "close": close})
    parameters = Parameters()
    values = indicators(table, parameters)
    firsts = {name: int(values[name].first_valid_index()) for name in values}
    assert firsts == {"fast": 0, "slow": parameters.slow_span - 1, "rsi": 14, "slope": 19, "atr": 13}
    assert values.iloc[parameters.first_signal_row :].notna().all(axis=None)
