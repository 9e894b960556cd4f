"""The 110 results that a trial of the seed's optimiser writes to its study: 55 for each of two splits."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from harness.workloads.topstepb.composite import Score
from harness.workloads.topstepb.trades import Backtest, ExitReason, Trades

Attribute = float | int | None


def attributes_of(results: Mapping[str, tuple[Backtest, Score]]) -> dict[str, Attribute]:
    """Flat attributes by name, `<split>_<result>`; a result that has no value is None."""
    return {
        f"{split}_{name}": value
        for split, (backtest, score) in results.items()
        for name, value in {**_of_score(score), **_of_trades(backtest.trades)}.items()
    }


def _of_score(score: Score) -> dict[str, Attribute]:
    values: dict[str, Attribute] = {"composite": score.composite, "trades": score.trades}
    for metric, measured in score.measured.items():
        values[metric.value] = measured.value
        values[f"{metric.value}_normalised"] = score.normalised[metric]
    return values


def _of_trades(trades: Trades) -> dict[str, Attribute]:
    """Thirteen numbers each of all trades, of the long ones and of the short ones."""
    groups = (
        ("all", np.ones(len(trades), dtype=np.bool_)),
        ("long", trades.side > 0),
        ("short", trades.side < 0),
    )
    return {f"{group}_{name}": value for group, chosen in groups for name, value in _of_group(trades, chosen).items()}


def _of_group(trades: Trades, chosen: NDArray[np.bool_]) -> dict[str, Attribute]:
    pnl = trades.pnl[chosen]
    if not len(pnl):
        return {**dict.fromkeys(_NAMES), "count": 0}
    held = trades.exit_row[chosen] - trades.entry_row[chosen]
    reason = trades.reason[chosen]
    wins = pnl > 0
    won, lost = float(pnl[wins].sum()), float(pnl[~wins].sum())
    net = won + lost
    values = (
        len(pnl),
        int(np.count_nonzero(wins)),
        won,
        lost,
        net,
        net / len(pnl),
        float(pnl.std()),
        float(pnl.max()),
        float(pnl.min()),
        float(held.mean()),
        int(held.max()),
        int(np.count_nonzero(reason == ExitReason.STOP.value)),
        int(np.count_nonzero(reason == ExitReason.TARGET.value)),
    )
    return dict(zip(_NAMES, values, strict=True))


_NAMES = (
    "count",
    "wins",
    "won",
    "lost",
    "net",
    "mean",
    "deviation",
    "best",
    "worst",
    "mean_bars_held",
    "most_bars_held",
    "stops",
    "targets",
)
