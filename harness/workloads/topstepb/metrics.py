"""Metrics: the seven numbers that a backtest is judged by, each a value or the reason why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from harness.workloads.topstepb.trades import Backtest

_RUINED = 1e-9  # of the starting cash: what is left of an account is none, and a return on it could overflow


class Metric(Enum):
    """The seven metrics; the value is the name that a report and a trial's attributes use."""

    VIABILITY = "viability"
    PROFIT_FACTOR = "profit_factor"
    NET_PROFIT = "net_profit_per_year"
    SORTINO = "sortino"
    WIN_RATE = "win_rate"
    MAX_DRAWDOWN = "max_drawdown"
    TRADE_FREQUENCY = "trades_per_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules of a funded account, as shares of its starting cash.

    The defaults are those of Topstep's 50,000 dollar account: 1,000 lost in a day, or 2,000 below the best day's end,
    and it is closed.
    """

    daily_loss: float = 0.02
    trailing_drawdown: float = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A metric's value, or None and the reason.

    `limit` is the normalised metric where the value is missing: 1 where it is unbounded (gains and no losses), 0 where
    there is nothing to judge.
    """

    value: float | None
    reason: str = ""
    limit: float = 0.0


def total(values: NDArray[np.float64]) -> float:
    """Sum in order: `np.sum` adds in an order that depends on the processor."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


def viability(backtest: Backtest, limits: Limits) -> Measured:
    """Share of the days before the account broke a limit; 1 if it never did.

    A day breaks the daily limit when its end lies more than `daily_loss` below the end of the day before, and the
    trailing limit when it lies more than `trailing_drawdown` below the best day's end so far, the start included.
    """
    equity = np.concatenate(([backtest.starting_cash], backtest.daily_equity))
    lost = equity[:-1] - equity[1:] > limits.daily_loss * backtest.starting_cash
    trailed = np.maximum.accumulate(equity) - equity > limits.trailing_drawdown * backtest.starting_cash
    broken = np.flatnonzero(lost | trailed[1:])
    days = len(backtest.daily_equity)
    return Measured(value=int(broken[0]) / days if len(broken) else 1.0)


def profit_factor(backtest: Backtest, limits: Limits) -> Measured:
    """Money won by winning trades over money lost by losing ones."""
    pnl = backtest.trades.pnl
    if not len(pnl):
        return Measured(value=None, reason="no trades")
    lost = -total(pnl[pnl < 0])
    won = total(pnl[pnl > 0])
    if lost == 0.0:
        return Measured(value=None, reason="no losing trade", limit=1.0 if won > 0.0 else 0.0)
    return Measured(value=won / lost)


def net_profit_per_year(backtest: Backtest, limits: Limits) -> Measured:
    """Profit after commissions as a share of the starting cash, per year of scored days, not compounded."""
    days = len(backtest.daily_equity)
    profit = float(backtest.daily_equity[-1]) - backtest.starting_cash
    return Measured(value=profit / backtest.starting_cash * (backtest.days_per_year / days))


def sortino(backtest: Backtest, limits: Limits) -> Measured:
    """Mean daily return over downside deviation, mean(r) / sqrt(mean(min(r, 0)^2)) * sqrt(days per year).

    All days count in both means (Sortino and van der Meer, 1991, with a target of 0), as in empyrical.
    """
    equity = np.concatenate(([backtest.starting_cash], backtest.daily_equity))
    if len(equity) < 3:
        return Measured(value=None, reason="fewer than two days")
    if equity.min() <= _RUINED * backtest.starting_cash:
        return Measured(value=None, reason="the account was ruined, so that returns have no meaning")
    returns = equity[1:] / equity[:-1] - 1.0
    mean = total(returns) / len(returns)
    losses = np.minimum(returns, 0.0)
    downside = np.sqrt(total(losses * losses) / len(returns))
    if downside == 0.0:
        return Measured(value=None, reason="no losing day", limit=1.0 if mean > 0.0 else 0.0)
    return Measured(value=float(mean / downside * np.sqrt(backtest.days_per_year)))


def win_rate(backtest: Backtest, limits: Limits) -> Measured:
    """Share of trades that made money after commissions."""
    trades = len(backtest.trades)
    if not trades:
        return Measured(value=None, reason="no trades")
    return Measured(value=int(np.count_nonzero(backtest.trades.pnl > 0)) / trades)


def max_drawdown(backtest: Backtest, limits: Limits) -> Measured:
    """Largest fall from a running peak as a share of it, over all bars' closes; above 1 if more than all was lost."""
    return Measured(value=backtest.max_drawdown)


def trades_per_day(backtest: Backtest, limits: Limits) -> Measured:
    """Closed trades per scored day."""
    return Measured(value=len(backtest.trades) / len(backtest.daily_equity))


MEASURES: dict[Metric, Callable[[Backtest, Limits], Measured]] = {
    Metric.VIABILITY: viability,
    Metric.PROFIT_FACTOR: profit_factor,
    Metric.NET_PROFIT: net_profit_per_year,
    Metric.SORTINO: sortino,
    Metric.WIN_RATE: win_rate,
    Metric.MAX_DRAWDOWN: max_drawdown,
    Metric.TRADE_FREQUENCY: trades_per_day,
}
