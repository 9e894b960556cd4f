"""Target: the compiled rung with its metric accumulators costs at most 10 ns per bar, on 262,782 bars."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import njit

from cases.bars import LARGE, MARKETS
from harness.workloads.topstepb.compiled import prices_of
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.rungs import Rung, backtest
from speed.target import Measured, median, paired_ratio

LIMIT_NS = 10.0
_PER_PAIR = 5  # one pass takes some milliseconds: more of them are affordable


@njit(error_model="numpy")  # type: ignore[untyped-decorator,unused-ignore]
def trivial_pass(open_: Any, high: Any, low: Any, close: Any) -> Any:
    """Read the four columns once: the least that any backtest of them can cost here and now."""
    total = 0.0
    for row in range(close.size):
        total += (high[row] - low[row]) * (close[row] - open_[row])
    return total


def measure(pairs: int, root: Path) -> list[Measured]:
    """The rung and a trivial compiled pass over the same arrays, in turn, in this process."""
    table = make_market(MarketSpec.parse(MARKETS[LARGE])).table
    prices, parameters = prices_of(table), Parameters()

    def rung() -> object:
        return backtest(Rung.COMPILED, table, parameters)

    def trivial() -> object:
        return trivial_pass(*prices)

    rung()
    trivial()
    rungs, trivials = [], []
    for _ in range(pairs * _PER_PAIR):
        rungs.append(_ns_per_bar(rung))
        trivials.append(_ns_per_bar(trivial))
    return [
        Measured(what="compiled rung, a whole backtest", value=median(rungs), unit="ns/bar", limit=LIMIT_NS),
        Measured(what="trivial compiled pass over the same bars", value=median(trivials), unit="ns/bar"),
        Measured(what="compiled rung / trivial pass", value=paired_ratio(rungs, trivials), unit="x"),
    ]


def _ns_per_bar(call: Callable[[], object]) -> float:
    began_ns = time.process_time_ns()
    call()
    return (time.process_time_ns() - began_ns) / LARGE
