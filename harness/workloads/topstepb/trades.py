"""Trades: what a backtest did, as columns, and the rule by which an open position ends, shared by the Python rungs."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from harness.errors import InputError
from harness.workloads.topstepb.year import MS_PER_DAY, Year


class Side(Enum):
    """Direction of a position; the value multiplies a price move."""

    LONG = 1
    SHORT = -1


class ExitReason(Enum):
    """Why a position ended; the value is what the `reason` column holds."""

    STOP = 1
    TARGET = 2
    END = 3  # the bars ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The account that trades are booked on.

    The commission is a share of each fill's notional (0.0002 is 2 basis points), so a score does not depend on the
    price level. `contracts` is the fixed size of every position; None takes, for each, as many as make `exposure` times
    the starting cash at the fill's price. `year` is what "per year" is counted in.
    """

    commission_rate_per_side: float = 0.0002
    starting_cash: float = 50_000.0
    contracts: float | None = None
    exposure: float = 0.25
    year: Year = Year.CALENDAR

    def __post_init__(self) -> None:
        for name in ("starting_cash", "exposure"):
            self._check(name, above=0.0)
        self._check("commission_rate_per_side", above=-1.0)
        if self.contracts is not None:
            self._check("contracts", above=0.0)

    def _check(self, name: str, above: float) -> None:
        value = getattr(self, name)
        if not (math.isfinite(value) and value > above):
            raise InputError(f"cost {name} is {value!r}: give a finite number above {above:g}")

    @property
    def notional(self) -> float:
        """Money that a position is worth at its fill, where `contracts` is None."""
        return self.exposure * self.starting_cash


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trades:
    """Closed trades in order of entry, one array per column. Rows count from the first row of the table given."""

    entry_row: NDArray[np.int64]
    exit_row: NDArray[np.int64]
    side: NDArray[np.int8]  # 1 long, -1 short
    entry_price: NDArray[np.float64]
    exit_price: NDArray[np.float64]
    contracts: NDArray[np.float64]
    reason: NDArray[np.int8]  # an ExitReason's value
    pnl: NDArray[np.float64]  # money, after both commissions

    def __len__(self) -> int:
        return len(self.pnl)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """What one rung did on one split.

    `daily_equity` is the account's worth at the last bar of each UTC day that has bars; its last value is after the
    last trade was closed. `max_drawdown` is the largest fall from a running peak, as a share of the peak, over the
    closes of all scored bars.
    """

    trades: Trades
    daily_equity: NDArray[np.float64]
    max_drawdown: float
    starting_cash: float
    days_per_year: float  # days that have bars, see `scored_days_per_year`


def day_end_rows(time_ms: NDArray[np.int64], warm_up: int = 0) -> NDArray[np.int64]:
    """The row of the last bar of each UTC day that has bars, from row `warm_up` on; `time_ms` increases strictly."""
    scored = time_ms[warm_up:]
    first, last = int(scored[0]) // MS_PER_DAY, int(scored[-1]) // MS_PER_DAY
    midnights = np.arange(first + 1, last + 1, dtype=np.int64) * MS_PER_DAY
    starts = np.append(np.searchsorted(scored, midnights), len(scored))
    held = np.diff(starts, prepend=0) > 0  # a day without bars starts where the next one does
    return starts[held] - 1 + warm_up


def exit_fill(
    side: int, prices: tuple[float, float, float], stop: float, target: float
) -> tuple[float, ExitReason] | None:
    """How a bar's open, high and low end a position: the fill's price and reason, or None when it stays open.

    An open beyond a level fills at the open, since it comes first; after that the stop goes before the target, as
    nobody knows which of the two the bar touched first.
    """
    open_, high, low = prices
    if side < 0:  # mirrored: a short is a long of the negated prices
        fill = exit_fill(1, (-open_, -low, -high), -stop, -target)
        return None if fill is None else (-fill[0], fill[1])
    if open_ <= stop:
        return open_, ExitReason.STOP
    if open_ >= target:
        return open_, ExitReason.TARGET
    if low <= stop:
        return stop, ExitReason.STOP
    if high >= target:
        return target, ExitReason.TARGET
    return None


def to_trades(rows: Iterable[tuple[int, int, int, float, float, int]], costs: Costs) -> Trades:
    """Columns from rows of entry row, exit row, side, entry price, exit price, reason; adds contracts and profit."""
    columns = list(zip(*rows, strict=True)) or [()] * 6
    entry = np.array(columns[3], dtype=np.float64)
    exit_ = np.array(columns[4], dtype=np.float64)
    side = np.array(columns[2], dtype=np.int8)
    contracts = costs.notional / entry if costs.contracts is None else np.full(len(entry), costs.contracts)
    fee = contracts * costs.commission_rate_per_side
    return Trades(
        entry_row=np.array(columns[0], dtype=np.int64),
        exit_row=np.array(columns[1], dtype=np.int64),
        side=side,
        entry_price=entry,
        exit_price=exit_,
        contracts=contracts,
        reason=np.array(columns[5], dtype=np.int8),
        pnl=(side * contracts * (exit_ - entry) - fee * entry) - fee * exit_,
    )
