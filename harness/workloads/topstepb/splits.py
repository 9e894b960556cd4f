"""Train, validate and test: three stretches of a series of bars, kept apart by a gap in time, never by a count."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.errors import DataError, InputError
from harness.workloads.topstepb.bars import Bars

DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """Row ranges of the three parts, and of what lies between them.

    The slices index rows and have explicit bounds; rows between two parts belong to neither. `validate_warm_up` and
    `test_warm_up` count the rows directly before a part that may feed its indicators, and nothing else: they come from
    between the parts, so no row is ever in two of them. Train has no warm-up: nothing lies before it.
    """

    bars: int  # rows that were split
    train: slice
    validate: slice
    test: slice
    validate_warm_up: int
    test_warm_up: int
    gap_s: int  # asked for: the least time between two parts
    validate_gap_s: float  # found: last train bar to first validate bar; far more than gap_s across a hole
    test_gap_s: float  # found: last validate bar to first test bar; infinite without one

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Bars in train, validate and test, warm-up not counted."""
        return self.train.stop, self.validate.stop - self.validate.start, self.test.stop - self.test.start

    @property
    def unused(self) -> int:
        """Rows that lie between the parts, warm-up included."""
        return self.bars - sum(self.sizes)

    @property
    def validate_with_warm_up(self) -> slice:
        return slice(self.validate.start - self.validate_warm_up, self.validate.stop)

    @property
    def test_with_warm_up(self) -> slice:
        return slice(self.test.start - self.test_warm_up, self.test.stop)


def split(bars: Bars, *, gap_s: int = DAY_S, warm_up: int = 0, wants_test: bool = True) -> Splits:
    """Split bars by their times; see `split_times`. Raises DataError when a part would be empty or cut short."""
    time_ms = bars.table["time"].to_numpy()
    return split_times(time_ms, gap_s=gap_s, warm_up=warm_up, wants_test=wants_test, name=bars.name)


def split_times(
    time_ms: npt.NDArray[np.int64],
    *,
    gap_s: int = DAY_S,
    warm_up: int = 0,
    wants_test: bool = True,
    name: str = "bars",
) -> Splits:
    """Split n strictly increasing times (epoch milliseconds) into train, validate and test.

    Train is the first int(0.6 n) bars. Validate starts at the first bar at or after the last train bar's time + `gap_s`
    and holds int(0.2 n) bars. Test starts by the same rule after validate and takes the rest. A hole in the data that
    is wider than the gap takes the gap's place: the next part then starts at the first bar behind the hole.
    `warm_up` is the most rows from between two parts that the later one may use for its indicators. Where `wants_test`
    is false, test may be empty (a gap of infinity before it): a search on a share of the bars leaves it alone anyway.

    Raises DataError, naming `name`, when there are too few bars, and InputError for a negative gap or warm-up.
    """
    if gap_s < 0 or warm_up < 0:
        raise InputError(f"gap ({gap_s} s) and warm-up ({warm_up} bars) of a split must not be negative")
    n = len(time_ms)
    train_stop, validate_bars = n * 3 // 5, n // 5  # int(0.6 n) and int(0.2 n), free of rounding
    if validate_bars == 0:
        raise DataError(f"{name} holds {n} bars, too few to split into train, validate and test: give at least 5")
    validate_start = _first_after(time_ms, train_stop, gap_s)
    validate_stop = validate_start + validate_bars
    test_start = _first_after(time_ms, validate_stop, gap_s) if validate_stop < n else n
    if validate_stop > n or (wants_test and test_start >= n):
        left = "no test bar is left" if wants_test else "not all validate bars are left"
        raise DataError(
            f"{name} holds {n} bars, too few to split: after {train_stop} train bars, {validate_bars} validate bars"
            f" and {'two gaps' if wants_test else 'a gap'} of {gap_s} s {left}; give more bars"
        )
    return Splits(
        bars=n,
        train=slice(0, train_stop),
        validate=slice(validate_start, validate_stop),
        test=slice(test_start, n),
        validate_warm_up=min(warm_up, validate_start - train_stop),
        test_warm_up=min(warm_up, test_start - validate_stop),
        gap_s=gap_s,
        validate_gap_s=_seconds_before(time_ms, train_stop, validate_start),
        test_gap_s=_seconds_before(time_ms, validate_stop, test_start) if test_start < n else math.inf,
    )


def _first_after(time_ms: npt.NDArray[np.int64], stop: int, gap_s: int) -> int:
    """Row of the first bar at or after the gap that follows row stop - 1; the number of bars if there is none."""
    found = int(np.searchsorted(time_ms, int(time_ms[stop - 1]) + gap_s * 1000, side="left"))
    return max(found, stop)  # without a gap the search finds the last bar of the part itself


def _seconds_before(time_ms: npt.NDArray[np.int64], stop: int, start: int) -> float:
    return (int(time_ms[start]) - int(time_ms[stop - 1])) / 1000
