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
from harness.workloads.topstepb.trades import Backtest, Costs, ExitReason, Trades
from harness.workloads.topstepb.year import MS_PER_DAY, scored_days_per_year

STOP, TARGET, END = ExitReason.STOP.value, ExitReason.TARGET.value, ExitReason.END.value


class Prices(NamedTuple):
    """Contiguous read-only float64 columns of one split."""

    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]


class Rules(NamedTuple):
    """Parameters and account in the order that the kernel unpacks, all float64: an int would compile a second kernel.

    The kernel gets a plain tuple: Numba's cache would store a named one by reference to this class, and fail to read
    itself after the class was renamed.
    """

    fast_weight: float
    slow_weight: float
    rsi_weight: float
    atr_weight: float
    rsi_limit: float
    slope_length: float
    slope_minimum: float
    stop_atr: float
    target_atr: float
    first_signal_row: float
    first_scored_row: float
    starting_cash: float
    contracts: float  # of every position; 0: as many as make `notional` at the fill's price
    notional: float
    commission_rate: float


@njit(cache=True, nogil=True, error_model="numpy")
def slope_at(close: Any, row: Any, length: Any) -> Any:
    """Least-squares slope of the `length` closes up to `row`, in price per bar, summed oldest first."""
    distance = -(length - 1) / 2.0
    total = 0.0
    for y in close[row - length + 1 : row + 1]:
        total += distance * y
        distance += 1.0
    return total / (length * (length * length - 1) / 12)


@njit(cache=True, nogil=True, error_model="numpy")
def wanted_side(rising: Any, rsi: Any, rsi_limit: Any, slope: Any, steepness: Any) -> Any:
    """1.0 or -1.0 where the filters let a crossing pass, 0.0 where they do not; NaN passes none."""
    if rising:
        return 1.0 if rsi < rsi_limit and slope > steepness else 0.0
    return -1.0 if rsi > 100.0 - rsi_limit and slope < -steepness else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def exit_at(side: Any, bar: Any, stop: Any, target: Any) -> Any:
    """Price and reason of the exit in a bar (open, high, low) that reaches a level: the open first, then the stop."""
    open_, high, low = bar
    if (open_ - stop) * side <= 0.0:
        return open_, STOP
    if (open_ - target) * side >= 0.0:
        return open_, TARGET
    if side > 0.0:
        return (stop, STOP) if low <= stop else (target, TARGET)
    return (stop, STOP) if high >= stop else (target, TARGET)


@njit(cache=True, nogil=True, error_model="numpy")
def book(ledger: Any, number: Any, entered: Any, left: Any, fee: Any) -> Any:
    """Write trade `number` as a row of the ledger; its profit after both commissions."""
    entry_row, side, entry, contracts = entered
    exit_row, price, reason = left
    pnl = (side * contracts * (price - entry) - fee * entry) - fee * price
    row = ledger[number]
    row[0], row[1], row[2], row[3], row[4] = entry_row, exit_row, side, entry, price
    row[5], row[6], row[7] = contracts, reason, pnl
    return pnl


@njit(cache=True, nogil=True, error_model="numpy")
def kernel(time_ms: Any, prices: Any, rules: Any) -> Any:  # one loop by design: split up, it would no longer be fused
    """One pass over the bars: (a row per trade, equity by UTC day, maximum drawdown).

    Slope and RSI are worked out only where the averages cross while no position is open, levels and equity only while
    one is: a flat account keeps its equity, and the branch is predicted well, as positions last for many bars.
    """
    open_, high, low, close = prices
    n = close.size
    ledger = np.empty((n, 8))  # as many trades as there can be; what is not written is never mapped to memory
    trades = 0

    fast_weight, slow_weight, rsi_weight, atr_weight, rsi_limit, slope_length, slope_minimum = rules[:7]
    stop_atr, target_atr, first_row, first_scored_row, starting_cash, fixed_contracts, notional, rate = rules[7:]
    fast_kept, slow_kept, rsi_kept, atr_kept = 1.0 - fast_weight, 1.0 - slow_weight, 1.0 - rsi_weight, 1.0 - atr_weight
    window, warm_up = int(slope_length), int(first_scored_row)
    midnight = (time_ms[warm_up] // MS_PER_DAY + 1) * MS_PER_DAY
    daily, days = np.empty((time_ms[-1] - midnight) // MS_PER_DAY + 2), 0  # as many as could have bars
    before = fast = slow = close[0]
    atr = high[0] - low[0]
    up = max(close[min(1, n - 1)] - before, 0.0)  # both averages begin with the first change
    down = max(before - close[min(1, n - 1)], 0.0)
    above = below = False

    realised = equity = opened = peak = trough = starting_cash
    side = pending = signed_size = drawdown = contracts = fee = entry = stop = target = distance = 0.0
    floor = ceiling = 0.0
    entry_row = 0
    for row in range(1, n):
        x, top, bottom = close[row], high[row], low[row]
        if time_ms[row] >= midnight:
            daily[days], days = equity, days + 1
            midnight = (time_ms[row] // MS_PER_DAY + 1) * MS_PER_DAY
        if pending != 0.0:
            side, pending, entry, entry_row = pending, 0.0, open_[row], row
            stop = entry - side * (stop_atr * distance)
            target = entry + side * (target_atr * distance)
            floor, ceiling = min(stop, target), max(stop, target)
            contracts = fixed_contracts if fixed_contracts > 0.0 else notional / entry
            fee = contracts * rate
            opened, signed_size = realised - fee * entry, side * contracts
        if side != 0.0:
            if (bottom <= floor) | (top >= ceiling):
                price, reason = exit_at(side, (open_[row], top, bottom), stop, target)
                realised += book(ledger, trades, (entry_row, side, entry, contracts), (row, price, reason), fee)
                trades += 1
                opened, signed_size, side = realised, 0.0, 0.0
            equity = opened + signed_size * (x - entry)
            if equity > peak:  # for one peak the lowest equity makes the largest drawdown: divide only here
                drawdown = max(drawdown, 1.0 - trough / peak)
                peak = trough = equity
            trough = min(trough, equity)

        change = x - before
        rise, fall = max(change, 0.0), max(-change, 0.0)
        reach = max(top, before) - min(bottom, before)
        fast = fast_weight * x + fast_kept * fast if x != fast else fast
        slow = slow_weight * x + slow_kept * slow if x != slow else slow
        up = rsi_weight * rise + rsi_kept * up if rise != up else up
        down = rsi_weight * fall + rsi_kept * down if fall != down else down
        atr = atr_weight * reach + atr_kept * atr if reach != atr else atr
        before, was_above, was_below = x, above, below
        above, below = fast > slow, fast < slow
        if ((above & (not was_above)) | (below & (not was_below))) and side == 0.0 and row >= first_row:
            slope, rsi = slope_at(close, row, window), 100.0 * up / (up + down)
            pending = wanted_side(above, rsi, rsi_limit, slope, slope_minimum * atr)
            distance = atr

    if side != 0.0:
        realised += book(ledger, trades, (entry_row, side, entry, contracts), (n - 1, close[n - 1], END), fee)
        trades += 1
        equity = realised
        trough = min(trough, realised)
    daily[days] = equity
    return ledger[:trades], daily[: days + 1], max(drawdown, 1.0 - trough / peak)


def rules_of(parameters: Parameters, costs: Costs, warm_up: int) -> Rules:
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
        first_signal_row=float(max(parameters.first_signal_row, warm_up)),
        first_scored_row=float(warm_up),
        starting_cash=float(costs.starting_cash),
        contracts=float(costs.contracts or 0.0),
        notional=float(costs.notional),
        commission_rate=float(costs.commission_rate_per_side),
    )


def prices_of(table: pd.DataFrame) -> Prices:
    """The price columns as the kernel takes them."""
    return Prices(*(read_only(table[name], np.float64) for name in Prices._fields))


def read_only(column: pd.Series, kind: type[np.generic]) -> NDArray[Any]:
    """The column's contiguous values, always read-only: a writable array would compile a second kernel."""
    values = np.ascontiguousarray(column.to_numpy(), dtype=kind).view()
    values.flags.writeable = False
    return values


def backtest_compiled(table: pd.DataFrame, parameters: Parameters, costs: Costs, warm_up: int = 0) -> Backtest:
    """Trade one split's bars in one compiled pass; the first `warm_up` rows feed the indicators only."""
    with span("strategy"):
        time_ms, prices = read_only(table["time"], np.int64), prices_of(table)
        rules = rules_of(parameters, costs, warm_up)
        ledger, daily_equity, max_drawdown = kernel(time_ms, tuple(prices), tuple(rules))
        return Backtest(
            trades=_trades(ledger),
            daily_equity=daily_equity,
            max_drawdown=max_drawdown,
            starting_cash=costs.starting_cash,
            days_per_year=scored_days_per_year(
                costs.year, (int(time_ms[warm_up]), int(time_ms[-1])), len(daily_equity)
            ),
        )


def _trades(ledger: NDArray[np.float64]) -> Trades:
    """Columns of a ledger's rows; whole numbers are exact in float64 up to 2**53."""
    entry_row, exit_row, side, entry, exit_, contracts, reason, pnl = ledger.T.copy()
    return Trades(
        entry_row=entry_row.astype(np.int64),
        exit_row=exit_row.astype(np.int64),
        side=side.astype(np.int8),
        entry_price=entry,
        exit_price=exit_,
        contracts=contracts,
        reason=reason.astype(np.int8),
        pnl=pnl,
    )
