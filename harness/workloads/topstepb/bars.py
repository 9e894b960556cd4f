"""Bars: one canonical table of open, high, low, close and volume in time order, with what is known about it."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

_CLOCK_CHANGE_MS = 3_600_000
COLUMNS = ("datetime", "open", "high", "low", "close", "volume", "time")


def clock_change_ms(interval_s: int) -> int:
    """By how much a step between bars of a local calendar may be off when its clocks change; 0 for short bars."""
    return _CLOCK_CHANGE_MS if interval_s * 1000 > 2 * _CLOCK_CHANGE_MS else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch with no bars between two neighbouring rows."""

    row: int  # of the bar after the gap
    missing: int  # bars that would fill it at the table's interval


@dataclass(frozen=True, kw_only=True)  # no slots: its cached properties need a __dict__
class Bars:
    """n bars in strictly increasing time.

    `table` has exactly COLUMNS: datetime64[ms] (UTC, naive), five float64, and `time`, int64 epoch milliseconds. Its
    index is a RangeIndex. `interval_s` is the most frequent step between neighbours.
    """

    table: pd.DataFrame
    interval_s: int
    name: str  # what a report calls it: a file name or a market specification
    notes: tuple[str, ...] = field(default=())  # what was done to it on reading, in plain words
    has_volume: bool = True

    def __len__(self) -> int:
        return len(self.table)

    @property
    def memory_bytes(self) -> int:
        return int(self.table.memory_usage(index=False).sum())

    @cached_property
    def digest(self) -> str:
        """Hex SHA-256 of the canonical columns' bytes: equal for equal bars, whatever file they came from."""
        digest = hashlib.sha256()
        for column in COLUMNS:
            digest.update(np.ascontiguousarray(self.table[column].to_numpy()).tobytes())
        return digest.hexdigest()

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Where at least one bar is missing. A day of 25 hours, as local calendars have each autumn, is no gap."""
        step = self.interval_s * 1000
        missing = (np.diff(self.table["time"].to_numpy()) + clock_change_ms(self.interval_s)) // step - 1
        return tuple(Gap(row=int(row) + 1, missing=int(missing[row])) for row in np.flatnonzero(missing > 0))
