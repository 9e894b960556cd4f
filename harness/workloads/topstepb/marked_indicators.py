"""The as-found rung with its indicators marked as features, so that the levers memo and precompute act on them.

The other rungs compute indicators and strategy in one pass: no indicator is a call of its own there.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import partial, wraps
from typing import Any

import pandas as pd

from harness.workloads.marks.feature import Feature, feature
from harness.workloads.topstepb.as_found import (
    Indicator,
    Indicators,
    atr,
    backtest_as_found,
    fast_average,
    rsi,
    slope,
    slow_average,
)
from harness.workloads.topstepb.parameters import SPACE, Parameters
from harness.workloads.topstepb.trades import Backtest, Costs

Tables = Callable[[], Mapping[str, pd.DataFrame]]
Backtester = Callable[[str, pd.DataFrame, Parameters], Backtest]
_BOUNDS = {axis.name: (int(axis.low), int(axis.high)) for axis in SPACE}


def as_found_with_features(tables: Tables, costs: Costs) -> Backtester:
    """Backtests of a named part of the bars. `tables` gives all parts, for the grids that precompute computes.

    A grid holds every length of the search space. The slow average has none: its 475 spans would be a column each of
    the size of the bars, for what costs a hundredth of the slope.
    """
    marked = {
        "fast": _marked(fast_average, tables, "fast_span"),
        "slow": feature(key=_known)(_named(slow_average)),
        "rsi": _marked(rsi, tables, "rsi_length"),
        "slope": _marked(slope, tables, "slope_length"),
        "atr": _marked(atr, tables, "atr_length"),
    }

    def run(part: str, table: pd.DataFrame, parameters: Parameters) -> Backtest:
        by = Indicators(**{name: partial(_of_part, mark, part) for name, mark in marked.items()})
        return backtest_as_found(table, parameters, costs, by=by)

    return run


def _named(function: Indicator) -> Callable[[pd.DataFrame, str, int], pd.Series]:
    """The indicator as a function that is also told which part of the bars it gets, under its own name."""

    @wraps(function)
    def of_part(table: pd.DataFrame, part: str, length: int) -> pd.Series:
        return function(table, length)

    return of_part


def _marked(function: Indicator, tables: Tables, axis: str) -> Feature[..., Any]:
    low, high = _BOUNDS[axis]

    def grid() -> Iterable[tuple[pd.DataFrame, str, int]]:
        return [(table, part, length) for part, table in tables().items() for length in range(low, high + 1)]

    return feature(grid=grid, key=_known)(_named(function))


def _known(table: pd.DataFrame, part: str, length: int) -> Hashable:
    """The bars are the same in every trial, and known by the name of their part."""
    return part, length


def _of_part(mark: Feature[..., Any], part: str, table: pd.DataFrame, length: int) -> pd.Series:
    found: pd.Series = mark(table, part, length)
    return found
