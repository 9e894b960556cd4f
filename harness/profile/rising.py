"""A cost per trial against the trial's number, as one line: the same for a finding and for the sentence beside it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.profile.columns import Floats
from harness.stats.interval import Interval
from harness.stats.trend import theil_sen

LEAST_TRIALS = 40
START_UP = 10  # trials that Optuna's samplers draw at random before they begin to model
_MOST_BLOCKS = 20  # medians of so many blocks of trials are what the line is fitted to
_IN_BLOCK = 5  # trials or more


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through medians of blocks of trials, those of the start left out."""

    rows: NDArray[np.intp]  # of the trials, by number
    first_s: float  # of the first block (median)
    last_s: float  # of the last block
    fixed_s: float  # of the line, at trial 0
    slope_s: Interval  # per trial


def line_of(number: NDArray[np.int64], cost_s: Floats) -> Line | None:
    """The line of the trials whose cost is a number; None where there are too few of them."""
    rows = np.flatnonzero(np.isfinite(cost_s))
    rows = rows[np.argsort(number[rows], kind="stable")][START_UP:]
    if len(rows) < LEAST_TRIALS - START_UP:
        return None
    blocks = np.array_split(rows, min(len(rows) // _IN_BLOCK, _MOST_BLOCKS))
    at = [float(np.mean(number[block])) for block in blocks]
    level = [float(np.median(cost_s[block])) for block in blocks]
    slope_s = theil_sen(at, level)
    return Line(
        rows=rows,
        first_s=level[0],
        last_s=level[-1],
        fixed_s=float(np.median(np.array(level) - slope_s.value * np.array(at))),
        slope_s=slope_s,
    )
