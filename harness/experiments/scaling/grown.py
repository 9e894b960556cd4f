"""All that a scaling shows, in numbers: the value from which its report is drawn."""

from dataclasses import dataclass

from harness.experiments.scaling.laws import Growth
from harness.experiments.scaling.runs import SizedRun, sized_runs
from harness.experiments.scaling.sizes import SizeGrowth, alone, size_growth
from harness.experiments.scaling.split import SplitOver, split_over
from harness.experiments.scaling.trials import TrialGrowth, trial_growth
from harness.experiments.scaling.workers import WorkerGrowth, worker_growth
from harness.model.scaling import Scaled


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What the runs of a scaling show together. None where they cannot, or were not asked to."""

    scaled: Scaled
    runs: tuple[SizedRun, ...]
    sizes: SizeGrowth | None  # with two sizes or more
    trials: TrialGrowth | None
    workers: WorkerGrowth | None
    split: SplitOver | None


def grown_of(scaled: Scaled) -> Grown:
    """Measure everything there is to measure in the runs so far."""
    runs = sized_runs(scaled)
    single = alone(runs, 1) or alone(runs, min((run.workers for run in runs), default=1))
    sizes = size_growth(scaled, single) if len({run.size for run in single}) > 1 else None
    exponent = None
    if sizes is not None and sizes.wall.growth is Growth.POWER and sizes.wall.power is not None:
        exponent = sizes.wall.power.exponent.value
    return Grown(
        scaled=scaled,
        runs=runs,
        sizes=sizes,
        trials=trial_growth(single),
        workers=worker_growth(scaled, runs),
        split=split_over(runs, exponent),
    )
