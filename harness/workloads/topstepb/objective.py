"""The objective of the reference workload: suggest, load, split, backtest train and validate, score, write results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from harness.probes.spans import span
from harness.workloads.base import Objective
from harness.workloads.marks.share import Take
from harness.workloads.marks.source import source
from harness.workloads.topstepb.attributes import attributes_of
from harness.workloads.topstepb.bars import Bars
from harness.workloads.topstepb.composite import combine, score
from harness.workloads.topstepb.parameters import SPACE, Kind, Parameters
from harness.workloads.topstepb.readers import read_bars
from harness.workloads.topstepb.rungs import Rung, backtest
from harness.workloads.topstepb.settings import Attributes, Settings
from harness.workloads.topstepb.splits import Splits, split
from harness.workloads.topstepb.trades import Costs

if TYPE_CHECKING:
    import optuna

    from harness.workloads.topstepb.marked_indicators import Backtester


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Bars and the two parts of them that a trial runs on; the test part is kept from it."""

    bars: Bars
    splits: Splits
    train: pd.DataFrame
    validate: pd.DataFrame

    @property
    def by_name(self) -> Mapping[str, pd.DataFrame]:
        """What a trial runs on."""
        return {"train": self.train, "validate": self.validate}


def _less(loaded: Parts, take: Take) -> Parts:
    """A share of the bars, split on its own; it may have no test part, which no trial looks at."""
    return _split(replace(loaded.bars, table=take(loaded.bars.table).reset_index(drop=True)), wants_test=False)


@source(cut=_less)
def parts(path: Path, first: int) -> Parts:
    """Load a file of bars, keep the `first` ones (0: all) and split them."""
    return _split(leading(read_bars(path), first))


def _split(bars: Bars, *, wants_test: bool = True) -> Parts:
    with span("split"):
        splits = split(bars, wants_test=wants_test)
        return Parts(
            bars=bars,
            splits=splits,
            train=bars.table.iloc[splits.train].reset_index(drop=True),
            validate=bars.table.iloc[splits.validate].reset_index(drop=True),
        )


def leading(bars: Bars, first: int) -> Bars:
    """The first so many bars; all for 0."""
    if first == 0 or first >= len(bars):
        return bars
    return Bars(
        table=bars.table.iloc[:first],
        interval_s=bars.interval_s,
        name=bars.name,
        notes=bars.notes,
        has_volume=bars.has_volume,
    )


def suggest(trial: "optuna.Trial") -> Parameters:
    """One point of SPACE."""
    chosen: dict[str, int | float] = {}
    for axis in SPACE:
        if axis.kind is Kind.INT:
            chosen[axis.name] = trial.suggest_int(axis.name, int(axis.low), int(axis.high), log=axis.log)
        else:
            chosen[axis.name] = trial.suggest_float(axis.name, axis.low, axis.high, log=axis.log)
    return Parameters(**chosen)  # type: ignore[arg-type]


def objective_for(path: Path, settings: Settings) -> Objective:
    """The objective on one file of bars: the higher its value, the better the strategy did on train and validate."""
    backtest_part = _backtester(settings, lambda: parts(path, settings.first).by_name)

    def objective(trial: "optuna.Trial") -> float:
        parameters = suggest(trial)
        loaded = parts(path, settings.first)
        results = {}
        for name, table in loaded.by_name.items():
            done = backtest_part(name, table, parameters)
            results[name] = (done, score(done))
        _write(trial, settings.attributes, attributes_of(results))
        return combine(results["train"][1].composite, results["validate"][1].composite)

    return objective


def _backtester(settings: Settings, tables: Callable[[], Mapping[str, pd.DataFrame]]) -> "Backtester":
    """Backtests of a named part of the bars, in the way of the settings' rung."""
    costs = Costs(year=settings.year)
    if settings.rung is Rung.AS_FOUND:
        from harness.workloads.topstepb.marked_indicators import as_found_with_features

        return as_found_with_features(tables, costs)
    return lambda part, table, parameters: backtest(settings.rung, table, parameters, costs)


def _write(trial: "optuna.Trial", how: Attributes, values: Mapping[str, float | None]) -> None:
    match how:
        case Attributes.SEPARATE:
            for name, value in values.items():
                trial.set_user_attr(name, value)
        case Attributes.ONE:
            trial.set_user_attr("results", dict(values))
        case Attributes.NONE:
            pass
