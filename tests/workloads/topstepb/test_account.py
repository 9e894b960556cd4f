"""The running account: its drawdown and its days are those of its equity curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.workloads.topstepb.account import Account
from harness.workloads.topstepb.trades import MS_PER_DAY, Costs


@given(st.lists(st.floats(-40.0, 40.0), max_size=40))
def test_drawdown_is_the_largest_fall_from_a_running_peak(moves):
    account = Account(Costs(starting_cash=100.0, contracts=1.0, commission_rate_per_side=0.0), 0)
    account.enter(1, 50.0)
    curve = [100.0]
    for move in moves:
        account.move(move)
        account.mark()
        curve.append(account.equity)
    equity = np.array(curve)
    assert account.max_drawdown() == (1 - equity / np.maximum.accumulate(equity)).max()


def test_each_day_ends_with_the_equity_before_the_first_bar_of_the_next():
    account = Account(Costs(starting_cash=100.0, contracts=1.0, commission_rate_per_side=0.0), 1)
    account.enter(1, 50.0)
    for row, day in enumerate((0, 1, 1, 2, 5, 5)):  # row 0 is warm-up; days 3 and 4 have no bars
        account.at_time(row, day * MS_PER_DAY + row)
        account.move(float(row))
    assert account.daily_equity == [102.0, 103.0]
    assert account.equity == 105.0


def test_a_round_trip_costs_both_commissions():
    account = Account(Costs(starting_cash=100.0, contracts=2.0, commission_rate_per_side=0.01), 0)
    account.enter(-1, 10.0)
    account.move(0.0)
    assert account.equity == pytest.approx(99.8)
    account.leave(10.0, 9.0)
    assert account.equity == pytest.approx(100.0 + 2.0 - 0.2 - 0.18)
