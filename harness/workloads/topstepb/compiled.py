"""The compiled rung: indicators, positions and accounts in one fused pass over the bars, compiled by Numba.

Everything compiled is in this one file, because Numba's on-disk cache is renewed when the file of the called function
changes and does not look at other files. Contraction of a multiplication and an addition into one rounding, as
`fastmath` allows, is off: it breaks bit identity with the other rungs.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from harness.probes.spans import span
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.trades import Backtest, Costs, ExitReason, Trades, day_end_rows

STOP, TARGET, END = ExitReason.STOP.value, ExitReason.TARGET.value, ExitReason.END.value


class Prices(NamedTuple):
    """Contiguous read-only float64 columns of one split."""

    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]


class Rules(NamedTuple):
    """Parameters and account as the kernel takes them: float64 throughout, as an int would compile a second kernel."""

    fast_weight: float
    slow_weight: float
    rsi_weight: float
    atr_weight: float
    rsi_limit: float
    slope_length: float
    slope_minimum: float
    stop_atr: float
    target_atr: float
    first_row: float
    starting_cash: float
    size: float
    fee: float  # size times the commission rate


@njit(cache=True, nogil=True, error_model="numpy")
def slope_at(close: Any, row: Any, length: Any) -> Any:
    """Least-squares slope of the `length` closes up to `row`, summed oldest first."""
    middle = (length - 1) / 2.0
    total = 0.0
    for k in range(length):
        total += (k - middle) * close[row - length + 1 + k]
    return total / (length * (length * length - 1) / 12)


@njit(cache=True, nogil=True, error_model="numpy")
def wants(rules: Any, spread: Any, rsi: Any, slope: Any, steepness: Any) -> Any:
    """Side wanted at a crossing to this spread: 1.0, -1.0 or 0.0."""
    if spread > 0.0:
        return 1.0 if rsi < rules.rsi_limit and slope > steepness else 0.0
    return -1.0 if rsi > 100.0 - rules.rsi_limit and slope < -steepness else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def exit_at(side: Any, bar: Any, stop: Any, target: Any) -> Any:
    """Price and reason of the exit in a bar (open, high, low) that reaches a level: the open first, then the stop."""
    open_, high, low = bar
    if side > 0.0:
        if open_ <= stop:
            return open_, STOP
        if open_ >= target:
            return open_, TARGET
        return (stop, STOP) if low <= stop else (target, TARGET)
    if open_ >= stop:
        return open_, STOP
    if open_ <= target:
        return open_, TARGET
    return (stop, STOP) if high >= stop else (target, TARGET)


@njit(cache=True, nogil=True, error_model="numpy")
def kernel(prices: Any, day_ends: Any, rules: Any) -> Any:
    """One pass over the bars: (columns of trades, number of trades, daily equity, maximum drawdown).

    Slope and RSI are worked out only where the averages cross while no position is open. A flat account has its levels
    at infinity, so that the same two comparisons serve every bar.
    """
    open_, high, low, close = prices
    n = close.size
    entry_row, exit_row = np.empty(n, np.int64), np.empty(n, np.int64)
    sides, reasons = np.empty(n, np.int8), np.empty(n, np.int8)
    entries, exits, pnl = np.empty(n), np.empty(n), np.empty(n)
    daily = np.empty(day_ends.size)
    count = 0

    fast_weight, slow_weight = rules.fast_weight, rules.slow_weight
    rsi_weight, atr_weight = rules.rsi_weight, rules.atr_weight
    fast_kept, slow_kept = 1.0 - fast_weight, 1.0 - slow_weight
    rsi_kept, atr_kept = 1.0 - rsi_weight, 1.0 - atr_weight
    first_row, slope_length = int(rules.first_row), int(rules.slope_length)

    before = fast = slow = close[0]
    atr = high[0] - low[0]
    change = close[1] - before if n > 1 else 0.0
    up, down = max(change, 0.0), max(-change, 0.0)
    spread = 0.0

    realised = equity = peak = trough = rules.starting_cash
    drawdown = opened = entry = stop = target = distance = 0.0
    floor, ceiling = -np.inf, np.inf
    side = pending = 0.0
    entered = 0
    row = 1
    for day in range(day_ends.size):
        for row in range(max(row, 1), day_ends[day] + 1):
            x, top, bottom = close[row], high[row], low[row]
            if pending != 0.0:
                side, pending, entry, entered = pending, 0.0, open_[row], row
                stop = entry - side * (rules.stop_atr * distance)
                target = entry + side * (rules.target_atr * distance)
                floor, ceiling = min(stop, target), max(stop, target)
                opened = realised - rules.fee * entry
            if bottom <= floor or top >= ceiling:
                price, reason = exit_at(side, (open_[row], top, bottom), stop, target)
                entry_row[count], exit_row[count], sides[count], reasons[count] = entered, row, side, reason
                entries[count], exits[count] = entry, price
                pnl[count] = (side * rules.size * (price - entry) - rules.fee * entry) - rules.fee * price
                realised += pnl[count]
                equity = realised
                count += 1
                side, floor, ceiling = 0.0, -np.inf, np.inf
            elif side != 0.0:
                equity = opened + side * rules.size * (x - entry)
            if equity > peak:
                drawdown = max(drawdown, 1.0 - trough / peak)
                peak = trough = equity
            elif equity < trough:
                trough = equity

            previous_spread = spread
            fast = fast_weight * x + fast_kept * fast if x != fast else fast
            slow = slow_weight * x + slow_kept * slow if x != slow else slow
            change = x - before
            rise, fall = max(change, 0.0), max(-change, 0.0)
            up = rsi_weight * rise + rsi_kept * up if rise != up else up
            down = rsi_weight * fall + rsi_kept * down if fall != down else down
            reach = max(top, before) - min(bottom, before)
            atr = atr_weight * reach + atr_kept * atr if reach != atr else atr
            before = x
            spread = fast - slow
            crossed = previous_spread <= 0.0 < spread or spread < 0.0 <= previous_spread
            if crossed and side == 0.0 and row >= first_row:
                slope = slope_at(close, row, slope_length)
                pending = wants(rules, spread, 100.0 * up / (up + down), slope, rules.slope_minimum * atr)
                distance = atr
        row += 1
        daily[day] = equity

    if side != 0.0:
        price = close[n - 1]
        entry_row[count], exit_row[count], sides[count], reasons[count] = entered, n - 1, side, END
        entries[count], exits[count] = entry, price
        pnl[count] = (side * rules.size * (price - entry) - rules.fee * entry) - rules.fee * price
        realised += pnl[count]
        count += 1
        daily[-1] = realised
        trough = min(trough, realised)
    drawdown = max(drawdown, 1.0 - trough / peak)
    return (entry_row, exit_row, sides, entries, exits, reasons, pnl), count, daily, drawdown


def rules_of(parameters: Parameters, costs: Costs, size: float, warm_up: int) -> Rules:
    """The kernel's constants for one trial."""
    return Rules(
        fast_weight=2.0 / (parameters.fast_span + 1.0),
        slow_weight=2.0 / (parameters.slow_span + 1.0),
        rsi_weight=1.0 / parameters.rsi_length,
        atr_weight=1.0 / parameters.atr_length,
        rsi_limit=float(parameters.rsi_limit),
        slope_length=float(parameters.slope_length),
        slope_minimum=float(parameters.slope_minimum),
        stop_atr=float(parameters.stop_atr),
        target_atr=float(parameters.target_atr),
        first_row=float(max(parameters.first_signal_row, warm_up)),
        starting_cash=float(costs.starting_cash),
        size=float(size),
        fee=float(size * costs.commission_rate_per_side),
    )


def prices_of(table: pd.DataFrame) -> Prices:
    """Columns as the kernel takes them; read-only always, as a writable array would compile a second kernel."""
    columns = [np.ascontiguousarray(table[name].to_numpy(), dtype=np.float64).view() for name in Prices._fields]
    for column in columns:
        column.flags.writeable = False
    return Prices(*columns)


def backtest_compiled(table: pd.DataFrame, parameters: Parameters, costs: Costs, warm_up: int = 0) -> Backtest:
    """Trade one split's bars in one compiled pass; the first `warm_up` rows feed the indicators only."""
    with span("strategy"):
        prices = prices_of(table)
        day_ends = day_end_rows(table["time"].to_numpy(), warm_up)
        rules = rules_of(parameters, costs, costs.size(float(prices.open[warm_up])), warm_up)
        columns, count, daily_equity, max_drawdown = kernel(prices, day_ends, rules)
        names = ("entry_row", "exit_row", "side", "entry_price", "exit_price", "reason", "pnl")
        return Backtest(
            trades=Trades(**{name: column[:count].copy() for name, column in zip(names, columns, strict=True)}),
            daily_equity=daily_equity,
            max_drawdown=max_drawdown,
            starting_cash=costs.starting_cash,
            days_per_year=costs.days_per_year,
        )
