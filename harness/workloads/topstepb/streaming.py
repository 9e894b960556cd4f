"""The streaming rung: the strategy in its live form, one bar at a time, over plain Python floats."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.probes.spans import span
from harness.workloads.topstepb.account import Account
from harness.workloads.topstepb.indicators import Atr, Average, Rsi, Slope
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.trades import (
    Backtest,
    Costs,
    ExitReason,
    Side,
    exit_fill,
    to_trades,
)
from harness.workloads.topstepb.year import scored_days_per_year


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to send before the next bar: enter at its open, with a stop and a target this far from the fill's price."""

    side: Side
    stop_distance: float
    target_distance: float


class Live:
    """One account that trades bar by bar; the first `warm_up` bars feed the indicators only.

    Call `on_bar` with each bar as it closes. It books what the bar did to the open position and returns the order for
    the next open, if there is one. `finish` closes what is still open at the last close.
    """

    def __init__(self, parameters: Parameters, costs: Costs, warm_up: int = 0) -> None:
        self._parameters = parameters
        self._fast = Average(parameters.fast_span)
        self._slow = Average(parameters.slow_span)
        self._rsi = Rsi(parameters.rsi_length)
        self._slope = Slope(parameters.slope_length)
        self._atr = Atr(parameters.atr_length)
        self._first_row = max(parameters.first_signal_row, warm_up)
        self._account = Account(costs, warm_up)
        self._warm_up = warm_up
        self._row = -1
        self._first_ms = self._last_ms = 0
        self._spread = 0.0
        self._side = self._entry_row = 0
        self._entry = self._stop = self._target = self._close = 0.0
        self._order: Order | None = None
        self._trades: list[tuple[int, int, int, float, float, int]] = []

    def on_bar(self, time_ms: int, open_: float, high: float, low: float, close: float) -> Order | None:
        """Take one finished bar; `time_ms` is its epoch time, later than the last one's."""
        self._row = row = self._row + 1
        if row == self._warm_up:
            self._first_ms = time_ms
        self._last_ms = time_ms
        self._close = close
        self._account.at_time(row, time_ms)
        if self._order is not None:
            self._fill(self._order, open_)
        if self._side:
            self._manage(open_, high, low, close)
        before, atr = self._spread, self._atr.update(high, low, close)
        self._spread = spread = self._fast.update(close) - self._slow.update(close)
        self._rsi.update(close)
        self._slope.update(close)
        crossed = before <= 0.0 < spread or spread < 0.0 <= before
        self._order = self._decide(spread, atr) if crossed and not self._side and row >= self._first_row else None
        return self._order

    def finish(self) -> Backtest:
        """Close what is open at the last close and hand back all that happened; call it once."""
        if self._side:
            self._exit(self._row, self._close, ExitReason.END)
            self._account.mark()
        account = self._account
        daily_equity = np.array([*account.daily_equity, account.equity])
        return Backtest(
            trades=to_trades(self._trades, account.costs),
            daily_equity=daily_equity,
            max_drawdown=account.max_drawdown(),
            starting_cash=account.costs.starting_cash,
            days_per_year=scored_days_per_year(account.costs.year, (self._first_ms, self._last_ms), len(daily_equity)),
        )

    def _decide(self, spread: float, atr: float) -> Order | None:
        rule, rsi, slope = self._parameters, self._rsi.value(), self._slope.value()
        steepness = rule.slope_minimum * atr
        if spread > 0.0:
            side, wanted = Side.LONG, rsi < rule.rsi_limit and slope > steepness
        else:
            side, wanted = Side.SHORT, rsi > 100.0 - rule.rsi_limit and slope < -steepness
        if not wanted:
            return None
        return Order(side=side, stop_distance=rule.stop_atr * atr, target_distance=rule.target_atr * atr)

    def _fill(self, order: Order, open_: float) -> None:
        self._side, self._entry_row, self._entry = order.side.value, self._row, open_
        self._stop = open_ - self._side * order.stop_distance
        self._target = open_ + self._side * order.target_distance
        self._account.enter(self._side, open_)

    def _manage(self, open_: float, high: float, low: float, close: float) -> None:
        fill = exit_fill(self._side, (open_, high, low), self._stop, self._target)
        if fill is None:
            self._account.move(close - self._entry)
        else:
            self._exit(self._row, *fill)
        self._account.mark()

    def _exit(self, row: int, price: float, reason: ExitReason) -> None:
        self._account.leave(self._entry, price)
        self._trades.append((self._entry_row, row, self._side, self._entry, price, reason.value))
        self._side = 0


def backtest_streaming(table: pd.DataFrame, parameters: Parameters, costs: Costs, warm_up: int = 0) -> Backtest:
    """Trade one split's bars one at a time; the first `warm_up` rows feed the indicators only."""
    with span("strategy"):
        live = Live(parameters, costs, warm_up)
        on_bar = live.on_bar
        for bar in zip(*(table[name].to_list() for name in ("time", "open", "high", "low", "close")), strict=True):
            on_bar(*bar)
        return live.finish()
