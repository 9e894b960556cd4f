"""The reference workload as the harness runs it: built from the settings of a plan."""

from collections.abc import Mapping
from pathlib import Path

from harness.model.directions import Direction
from harness.model.home import home
from harness.model.plan import Plan
from harness.workloads.base import Workload
from harness.workloads.topstepb.bars_files import bars_path
from harness.workloads.topstepb.composite import score
from harness.workloads.topstepb.market import MarketSpec, make_market
from harness.workloads.topstepb.objective import objective_for, parts
from harness.workloads.topstepb.parameters import Parameters
from harness.workloads.topstepb.regimes import Regime
from harness.workloads.topstepb.rungs import backtest
from harness.workloads.topstepb.settings import Settings, settings_of
from harness.workloads.topstepb.year import year_note

_WARM_UP = MarketSpec(bars=300, interval_s=3600, regime=Regime.CRYPTO, seed=0)


def build(plan: Plan) -> Workload:
    """The workload that a plan's settings describe. Raises InputError for a setting that does not fit."""
    settings = settings_of(plan)
    path = bars_path(settings.bars, home())

    def warm_up() -> None:
        """Everything that a trial does but its load, which is the trial's to pay, on a few bars."""
        score(backtest(settings.rung, make_market(_WARM_UP).table, Parameters()))

    def facts() -> Mapping[str, object]:
        return facts_of(path, settings)

    return Workload(
        name=plan.workload,
        objective=objective_for(path, settings),
        directions=(Direction.MAXIMIZE,),
        warm_up=warm_up,
        facts=facts,
    )


def facts_of(path: Path, settings: Settings) -> Mapping[str, object]:
    """What a record keeps of the bars: sizes, splits, gaps, bytes and the digest by which equal bars are known."""
    loaded = parts(path, settings.first)
    bars, (train, validate, test) = loaded.bars, loaded.splits.sizes
    return {
        "name": bars.name,
        "bars": len(bars),
        "interval_s": bars.interval_s,
        "train": train,
        "validate": validate,
        "test": test,
        "bars_per_trial": train + validate,
        "gaps": len(bars.gaps),
        "missing": sum(gap.missing for gap in bars.gaps),
        "table_bytes": bars.memory_bytes,
        "file_bytes": path.stat().st_size,
        "digest": bars.digest,
        "year": settings.year.value,
        "notes": [*bars.notes, year_note(settings.year)],
    }
