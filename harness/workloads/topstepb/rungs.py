"""Rungs: one strategy, carried out in three ways that cost differently and give the same trades to the last bit."""

from enum import Enum
from typing import TYPE_CHECKING

from harness.errors import InputError
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.trades import Backtest, Costs

if TYPE_CHECKING:  # a launcher reads settings, and needs neither its 0.3 s nor its memory
    import pandas as pd


class Rung(Enum):
    """How the strategy is carried out."""

    AS_FOUND = "as_found"
    STREAMING = "streaming"
    COMPILED = "compiled"


def backtest(
    rung: Rung, table: "pd.DataFrame", parameters: Parameters, costs: Costs | None = None, warm_up: int = 0
) -> Backtest:
    """Trade the bars of one split: rows of `Bars.table`, of which the first `warm_up` feed the indicators only.

    Raises InputError when no bar is left to trade. A rung's modules are imported on its first use: Numba alone costs
    0.4 s, which the other rungs need not pay.
    """
    if not 0 <= warm_up < len(table):
        raise InputError(
            f"the backtest has {len(table)} bars and a warm-up of {warm_up}: give more bars than the warm-up takes"
        )
    costs = costs or Costs()
    match rung:
        case Rung.AS_FOUND:
            from harness.workloads.topstepb.as_found import backtest_as_found

            return backtest_as_found(table, parameters, costs, warm_up)
        case Rung.STREAMING:
            from harness.workloads.topstepb.streaming import backtest_streaming as run
        case Rung.COMPILED:
            from harness.workloads.topstepb.compiled import backtest_compiled as run
    return run(table, parameters, costs, warm_up)
