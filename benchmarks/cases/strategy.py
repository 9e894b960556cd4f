"""Cases of the strategy: its three rungs, each on as many bars as it can bear, and the scoring of what they traded."""

from functools import cache, partial
from pathlib import Path

import pandas as pd

from cases.bars import LARGE, SMALL, loaded
from cases.case import Case, Run
from harness.workloads.topstepb.composite import score
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.rungs import Rung, backtest
from harness.workloads.topstepb.trades import Backtest

FEW = 1_000  # bars of the rung as found, which takes some 80 us for each
SIZES = ((Rung.AS_FOUND, FEW), (Rung.STREAMING, SMALL), (Rung.COMPILED, SMALL), (Rung.COMPILED, LARGE))
_SCORES = 100  # calls of `score` in one call of the case: a single one is too short to be timed


def _table(root: Path, bars: int) -> pd.DataFrame:
    return loaded(root, LARGE if bars == LARGE else SMALL).table.iloc[:bars]


@cache
def _warm(rung: Rung, root: Path) -> None:
    """Import and compile what the rung needs: no call should pay for it."""
    backtest(rung, _table(root, FEW), Parameters())


def _begin_trading(rung: Rung, bars: int, root: Path) -> Run:
    _warm(rung, root)
    return partial(backtest, rung, _table(root, bars), Parameters())


@cache
def _traded(root: Path) -> Backtest:
    return backtest(Rung.COMPILED, _table(root, LARGE), Parameters())


def _begin_scoring(root: Path) -> Run:
    traded = _traded(root)

    def score_often() -> None:
        for _ in range(_SCORES):
            score(traded)

    return score_often


CASES = (
    *(
        Case(
            group="strategy",
            name=f"{rung.value}-{bars}".replace("_", "-"),
            bars=bars,
            begin=partial(_begin_trading, rung, bars),
        )
        for rung, bars in SIZES
    ),
    Case(group="score", name=f"{LARGE}-x{_SCORES}", bars=LARGE, begin=_begin_scoring),
)
