"""Trades: how a bar ends a position, what a trade earns, and where days end."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.workloads.topstepb.compiled import exit_at
from harness.workloads.topstepb.trades import MS_PER_DAY, Costs, ExitReason, day_end_rows, exit_fill, to_trades

STOP, TARGET = ExitReason.STOP, ExitReason.TARGET


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        ((100, 103, 98), None),
        ((100, 103, 95), (95, STOP)),
        ((100, 110, 98), (110, TARGET)),
        ((100, 112, 94), (95, STOP)),  # both reached: the stop goes first
        ((93, 96, 92), (93, STOP)),  # a gap through the stop fills at the open
        ((113, 115, 111), (113, TARGET)),  # and so does one through the target
        ((113, 115, 90), (113, TARGET)),  # the open came before the low
        ((95, 100, 95), (95, STOP)),
        ((110, 110, 100), (110, TARGET)),
    ],
)
def test_a_long_ends_at_the_first_level_that_the_bar_is_known_to_reach(bar, expected):
    assert exit_fill(1, bar, 95, 110) == expected


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        ((100, 103, 98), None),
        ((100, 105, 98), (105, STOP)),
        ((100, 103, 90), (90, TARGET)),
        ((100, 106, 88), (105, STOP)),
        ((107, 108, 104), (107, STOP)),
        ((87, 89, 85), (87, TARGET)),
        ((87, 120, 85), (87, TARGET)),
    ],
)
def test_a_short_mirrors_a_long(bar, expected):
    assert exit_fill(-1, bar, 105, 90) == expected


PRICE = st.integers(80, 120).map(float)


@given(st.sampled_from([1, -1]), st.tuples(PRICE, PRICE, PRICE), st.tuples(PRICE, PRICE))
def test_the_kernels_exit_is_the_python_rungs_exit(side, prices, levels):
    low, open_, high = sorted(prices)
    stop, target = sorted(levels) if side > 0 else sorted(levels, reverse=True)
    fill = exit_fill(side, (open_, high, low), stop, target)
    if low <= min(levels) or high >= max(levels):
        price, reason = exit_at.py_func(float(side), (open_, high, low), stop, target)
        assert fill == (price, ExitReason(reason))
    else:
        assert fill is None


def test_profit_is_the_move_in_the_direction_of_the_trade_less_both_commissions():
    costs = Costs(commission_rate_per_side=0.001, contracts=2.0)
    trades = to_trades([(1, 4, 1, 100.0, 110.0, 2), (6, 7, -1, 100.0, 110.0, 1)], costs)
    assert trades.pnl.tolist() == pytest.approx([20.0 - 0.42, -20.0 - 0.42])
    assert trades.contracts.tolist() == [2.0, 2.0]


def test_without_fixed_contracts_every_position_is_worth_the_same_at_its_fill():
    trades = to_trades([(1, 4, 1, 100.0, 110.0, 2), (6, 7, -1, 20.0, 21.0, 1)], Costs(exposure=0.5))
    assert (trades.contracts * trades.entry_price).tolist() == pytest.approx([25_000.0, 25_000.0])


def test_no_trades_are_empty_columns():
    trades = to_trades([], Costs())
    assert len(trades) == 0
    assert trades.pnl.dtype == np.float64


@pytest.mark.parametrize("change", [{"starting_cash": 0.0}, {"contracts": -1.0}, {"exposure": float("nan")}])
def test_costs_that_cannot_be_are_refused_by_name(change):
    with pytest.raises(InputError, match=next(iter(change))):
        Costs(**change)


@given(st.lists(st.integers(1, 2 * MS_PER_DAY), min_size=1, max_size=60), st.data())
def test_day_ends_are_the_last_scored_rows_of_each_utc_day(steps, data):
    time_ms = np.cumsum(np.array(steps, dtype=np.int64))
    warm_up = data.draw(st.integers(0, len(steps) - 1))
    days = (time_ms // MS_PER_DAY).tolist()
    expected = [row for row in range(warm_up, len(days)) if row + 1 == len(days) or days[row + 1] != days[row]]
    assert day_end_rows(time_ms, warm_up).tolist() == expected
