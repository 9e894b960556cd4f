"""Metrics: equal to empyrical where it defines the same thing, by hand elsewhere, and None with a reason."""

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.workloads.topstepb.metrics import MEASURES, Limits, Metric, sortino, total, viability
from harness.workloads.topstepb.trades import Backtest, Costs, to_trades


def judged(pnl: list[float], daily: list[float] | None = None, max_drawdown: float = 0.0) -> Backtest:
    """A backtest of long trades with these profits; the equity of each day, by default after each trade."""
    rows = [(2 * k + 1, 2 * k + 2, 1, 100.0, 100.0 + each, 2) for k, each in enumerate(pnl)]
    return Backtest(
        trades=to_trades(rows, Costs(contracts=1.0, commission_rate_per_side=0.0)),
        daily_equity=np.array([1000.0 + sum(pnl[: k + 1]) for k in range(len(pnl))] if daily is None else daily),
        max_drawdown=max_drawdown,
        starting_cash=1000.0,
        days_per_year=365.0,
    )


def value(metric: Metric, backtest: Backtest) -> float | None:
    return MEASURES[metric](backtest, Limits()).value


EQUITY = st.lists(st.floats(500.0, 2000.0), min_size=2, max_size=60)


@given(EQUITY)
def test_sortino_is_empyricals(daily):
    returns = np.diff([1000.0, *daily]) / np.array([1000.0, *daily[:-1]])
    measured = sortino(judged([], daily), Limits())
    if (returns < -1e-12).any():
        expected = empyrical.sortino_ratio(returns, annualization=365)
        assert measured.value == pytest.approx(expected, rel=1e-6, abs=1e-9)
    elif not (returns < 0).any():
        assert measured.value is None
        assert measured.reason == "no losing day"


@given(EQUITY)
def test_maximum_drawdown_has_empyricals_meaning_with_the_sign_turned(daily):
    equity = np.array([1000.0, *daily])
    ours = (1 - equity / np.maximum.accumulate(equity)).max()
    assert ours == pytest.approx(-empyrical.max_drawdown(np.diff(equity) / equity[:-1]), abs=1e-9)
    assert value(Metric.MAX_DRAWDOWN, judged([], daily, ours)) == ours


def test_profit_factor_is_money_won_over_money_lost():
    assert value(Metric.PROFIT_FACTOR, judged([30.0, -10.0, 0.0, -5.0])) == pytest.approx(2.0)


def test_win_rate_counts_trades_that_made_money():
    assert value(Metric.WIN_RATE, judged([30.0, -10.0, 0.0, 5.0])) == 0.5


def test_net_profit_is_a_share_of_the_starting_cash_per_year():
    assert value(Metric.NET_PROFIT, judged([10.0, -5.0])) == pytest.approx(0.005 * 365 / 2)


def test_trade_frequency_is_trades_per_day():
    assert value(Metric.TRADE_FREQUENCY, judged([1.0, 2.0], [1001.0, 1001.0, 1003.0, 1003.0])) == 0.5


@pytest.mark.parametrize(
    ("daily", "expected"),
    [
        ([1010.0, 1000.0, 1005.0, 1006.0], 1.0),
        ([1000.0, 979.0, 1000.0, 1001.0], 0.25),  # 2.1 % in a day
        ([1000.0, 980.0, 1000.0, 1001.0], 1.0),  # at the limit is not beyond it
        ([1060.0, 1045.0, 1030.0, 1019.0], 0.75),  # 4.1 % of the starting cash below the best day
        ([979.0], 0.0),
    ],
)
def test_viability_is_the_share_of_days_before_a_limit_broke(daily, expected):
    assert viability(judged([], daily), Limits()).value == expected


@given(EQUITY, st.floats(0.001, 0.5), st.floats(0.001, 0.5))
def test_wider_limits_never_make_an_account_less_viable(daily, narrow, more):
    tight = viability(judged([], daily), Limits(daily_loss=narrow, trailing_drawdown=narrow)).value
    wide = viability(judged([], daily), Limits(daily_loss=narrow + more, trailing_drawdown=narrow + more)).value
    assert wide >= tight


@pytest.mark.parametrize(
    ("metric", "backtest", "reason", "limit"),
    [
        (Metric.PROFIT_FACTOR, judged([], [1000.0] * 3), "no trades", 0.0),
        (Metric.WIN_RATE, judged([], [1000.0] * 3), "no trades", 0.0),
        (Metric.PROFIT_FACTOR, judged([5.0, 6.0]), "no losing trade", 1.0),
        (Metric.PROFIT_FACTOR, judged([0.0, 0.0]), "no losing trade", 0.0),
        (Metric.SORTINO, judged([5.0, 6.0]), "no losing day", 1.0),
        (Metric.SORTINO, judged([], [1000.0] * 3), "no losing day", 0.0),
        (Metric.SORTINO, judged([5.0]), "fewer than two days", 0.0),
        (Metric.SORTINO, judged([-600.0, -600.0]), "ruined", 0.0),
    ],
)
def test_an_undefined_metric_has_a_reason_and_the_limit_it_would_tend_to(metric, backtest, reason, limit):
    measured = MEASURES[metric](backtest, Limits())
    assert measured.value is None
    assert reason in measured.reason
    assert measured.limit == limit


def test_sums_are_taken_in_order():
    values = np.array([1.0, 1e100, 1.0, -1e100] * 50)
    assert total(values) == 0.0
    assert total(values[:0]) == 0.0
