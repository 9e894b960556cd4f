"""The as-found rung: the strategy as a pandas user writes it, with a Python function applied at every bar."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harness.probes.spans import span
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.trades import (
    Backtest,
    Costs,
    ExitReason,
    Trades,
    day_end_rows,
    exit_fill,
    to_trades,
)
from harness.workloads.topstepb.year import scored_days_per_year

Row = tuple[int, int, int, float, float, int]


def regression_slope(window: pd.Series) -> float:
    """Least-squares slope of a window of closes, in price per bar.

    The terms are added oldest first, by `cumsum`: `Series.sum` adds in an order that depends on NumPy, on Bottleneck
    and on the processor, and from Python 3.12 on `sum` compensates its rounding. The other sums are exact in any order.
    """
    x = np.arange(len(window))
    distance = x - x.mean()
    return float((window * distance).cumsum().iloc[-1] / (distance * distance).sum())


def fast_average(table: pd.DataFrame, span: int) -> pd.Series:
    """Exponential average of the closes, from the first bar on."""
    return table["close"].ewm(span=span, adjust=False).mean()


def slow_average(table: pd.DataFrame, span: int) -> pd.Series:
    """The same, once it has seen its full length."""
    return table["close"].ewm(span=span, min_periods=span, adjust=False).mean()


def rsi(table: pd.DataFrame, length: int) -> pd.Series:
    """Wilder's relative strength index of the closes."""
    change = table["close"].diff()
    gain = change.clip(lower=0).ewm(com=length - 1, min_periods=length, adjust=False).mean()
    loss = (-change.clip(upper=0)).ewm(com=length - 1, min_periods=length, adjust=False).mean()
    return 100 * gain / (gain + loss)


def slope(table: pd.DataFrame, length: int) -> pd.Series:
    """Least-squares slope of the last closes."""
    return table["close"].rolling(length).apply(regression_slope, raw=False)


def atr(table: pd.DataFrame, length: int) -> pd.Series:
    """Wilder's average true range."""
    high, low, before = table["high"], table["low"], table["close"].shift()
    true_range = pd.concat([high - low, (high - before).abs(), (low - before).abs()], axis=1).max(axis=1)
    return true_range.ewm(com=length - 1, min_periods=length, adjust=False).mean()


Indicator = Callable[[pd.DataFrame, int], pd.Series]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """Who computes each indicator; each gets the bars and its length."""

    fast: Indicator = fast_average
    slow: Indicator = slow_average
    rsi: Indicator = rsi
    slope: Indicator = slope
    atr: Indicator = atr


PLAIN = Indicators()


def indicators(table: pd.DataFrame, parameters: Parameters, by: Indicators = PLAIN) -> pd.DataFrame:
    """One row per bar: fast and slow average, rsi, slope and atr; NaN until an indicator has seen its full length."""
    return pd.DataFrame(
        {
            "fast": by.fast(table, parameters.fast_span),
            "slow": by.slow(table, parameters.slow_span),
            "rsi": by.rsi(table, parameters.rsi_length),
            "slope": by.slope(table, parameters.slope_length),
            "atr": by.atr(table, parameters.atr_length),
        }
    )


def signals(values: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """1 where a long is wanted at a bar's close, -1 a short, 0 neither."""
    spread = values["fast"] - values["slow"]
    before = spread.shift()
    steepness = parameters.slope_minimum * values["atr"]
    longs = (spread > 0) & (before <= 0) & (values["rsi"] < parameters.rsi_limit) & (values["slope"] > steepness)
    shorts = (
        (spread < 0) & (before >= 0) & (values["rsi"] > 100 - parameters.rsi_limit) & (values["slope"] < -steepness)
    )
    return longs.astype(int) - shorts.astype(int)


def backtest_as_found(
    table: pd.DataFrame, parameters: Parameters, costs: Costs, warm_up: int = 0, by: Indicators = PLAIN
) -> Backtest:
    """Trade one split's bars; the first `warm_up` rows feed the indicators only."""
    with span("indicators"):
        values = indicators(table, parameters, by)
    with span("strategy"):
        wanted = signals(values, parameters)
        wanted.iloc[:warm_up] = 0
        bars = table[["open", "high", "low"]].assign(wanted=wanted, atr=values["atr"])
        last_close = float(table["close"].iloc[-1])
        trades = to_trades(_positions(bars, parameters, last_close), costs)
    with span("scoring"):
        close = table["close"].to_numpy()
        time_ms = table["time"].to_numpy()
        ends = day_end_rows(time_ms, warm_up)
        curve = equity_curve(trades, close, costs)[warm_up:]
        with_start_and_end = np.concatenate(([costs.starting_cash], curve))
        peaks = np.maximum.accumulate(with_start_and_end)
        return Backtest(
            trades=trades,
            daily_equity=np.append(curve[ends[:-1] - warm_up], curve[-1]),
            max_drawdown=float((1 - with_start_and_end / peaks).max()),
            starting_cash=costs.starting_cash,
            days_per_year=scored_days_per_year(costs.year, (int(time_ms[warm_up]), int(time_ms[-1])), len(ends)),
        )


def _positions(bars: pd.DataFrame, parameters: Parameters, last_close: float) -> Iterator[Row]:
    """Yield each trade as entry row, exit row, side, entry price, exit price, reason."""
    side = pending = entry_row = 0
    distance = entry = stop = target = 0.0
    for row, (open_, high, low, wanted, atr) in enumerate(bars.itertuples(index=False, name=None)):
        if pending:
            side, entry_row, entry, pending = pending, row, open_, 0
            stop = entry - side * (parameters.stop_atr * distance)
            target = entry + side * (parameters.target_atr * distance)
        if side:
            fill = exit_fill(side, (open_, high, low), stop, target)
            if fill is not None:
                yield entry_row, row, side, entry, fill[0], fill[1].value
                side = 0
        if wanted and not side:
            pending, distance = wanted, atr
    if side:
        yield entry_row, len(bars) - 1, side, entry, last_close, ExitReason.END.value


def equity_curve(trades: Trades, close: NDArray[np.float64], costs: Costs) -> NDArray[np.float64]:
    """Worth of the account at each bar's close, and once more after the last trade was closed; length n + 1."""
    n = len(close)
    realised = np.cumsum(np.concatenate(([costs.starting_cash], trades.pnl)))  # adds in order, as an account does
    rows = np.arange(n)
    exits = np.where(trades.reason == ExitReason.END.value, n, trades.exit_row)
    closed = np.searchsorted(exits, rows, side="right")
    curve = realised[closed]
    number = np.searchsorted(trades.entry_row, rows, side="right") - 1
    held = number >= closed
    trade = number[held]
    fee = trades.contracts * costs.commission_rate_per_side
    opened = realised[trade] - fee[trade] * trades.entry_price[trade]
    curve[held] = opened + trades.side[trade] * trades.contracts[trade] * (close[held] - trades.entry_price[trade])
    return np.append(curve, realised[-1])
