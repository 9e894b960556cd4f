"""The as-found rung: signals and the equity curve, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from harness.workloads.topstepb.as_found import equity_curve, signals
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.trades import Costs, to_trades


def values(**changes: float) -> pd.DataFrame:
    """Two bars: the averages cross upwards on the second, and every filter is passed."""
    second = {"fast": 11.0, "slow": 10.0, "rsi": 60.0, "slope": 0.5, "atr": 1.0, **changes}
    return pd.DataFrame([{"fast": 9.0, "slow": 10.0, "rsi": 50.0, "slope": 0.0, "atr": 1.0}, second])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 1),
        ({"rsi": 75.0}, 0),  # at the limit is not below it
        ({"slope": 0.02}, 0),  # at the minimum is not above it
        ({"atr": 30.0}, 0),  # the minimum is in average true ranges
        ({"fast": 10.0}, 0),  # touching is not crossing
        ({"rsi": float("nan")}, 0),
        ({"fast": 8.0}, 0),  # stays below
    ],
)
def test_a_long_needs_a_crossing_and_both_filters(changes, expected):
    assert signals(values(**changes), Parameters()).to_list() == [0, expected]


def test_leaving_a_touch_is_a_crossing():
    touching = values()
    touching.loc[0, "fast"] = 10.0
    assert signals(touching, Parameters()).to_list() == [0, 1]


def test_a_short_mirrors_a_long():
    falling = values(fast=9.0, rsi=40.0, slope=-0.5)
    falling.loc[0, "fast"] = 11.0
    assert signals(falling, Parameters()).to_list() == [0, -1]
    assert signals(falling.assign(rsi=25.0), Parameters()).to_list() == [0, 0]


def test_the_equity_curve_marks_open_positions_at_the_close_and_ends_after_the_last_exit():
    costs = Costs(commission_rate_per_side=0.01, starting_cash=1000.0, contracts=1.0)
    trades = to_trades([(1, 3, 1, 100.0, 120.0, 2), (4, 5, -1, 120.0, 110.0, 3)], costs)
    close = np.array([100.0, 105.0, 90.0, 130.0, 125.0, 110.0])
    curve = equity_curve(trades, close, costs)
    after_first = 1000 + 20 - 1 - 1.2
    expected = [1000, 1004, 989, after_first, after_first - 1.2 - 5, after_first - 1.2 + 10, after_first - 2.3 + 10]
    assert curve.tolist() == pytest.approx(expected)
