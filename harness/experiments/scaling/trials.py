"""Growth with the number of trials, told apart from growth with the data: a slope within each run, runs as the unit."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from harness.experiments.scaling.laws import Law, law_of
from harness.experiments.scaling.runs import SizedRun
from harness.stats.cost_model import Point
from harness.stats.distributions import student_quantile
from harness.stats.interval import CONFIDENCE, Interval
from harness.stats.trend import theil_sen

FEWEST_TRIALS = 8  # counted, of a run: fewer have no slope worth the name
THOUSAND = 1000.0
_LEAST_S = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSlope:
    """Growth in the runs of one size."""

    size: float
    runs: int
    per_thousand_s: Interval  # CPU of a trial, per 1,000 trials
    first_s: float  # CPU of a trial at trial 0, by the line


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialGrowth:
    """How the cost of a trial grows with its number, over all runs in one worker."""

    per_thousand_s: Interval  # mean over runs
    grows: bool  # its interval lies above none
    trials: int  # counted, of a run
    by_size: tuple[TrialSlope, ...]
    at_first: Law  # over sizes, of the cost at trial 0: the growth with the data alone


def trial_growth(runs: Sequence[SizedRun]) -> TrialGrowth | None:
    """Theil and Sen's slope of CPU over the trial's number in each run; None where runs are too short for one."""
    lines = [(run, line) for run in runs if (line := _line(run)) is not None]
    if not lines:
        return None
    slope = _mean([line[0] for _, line in lines])
    points = [Point(size=run.size, cost=max(first_s, _LEAST_S)) for run, (_, first_s) in lines]
    return TrialGrowth(
        per_thousand_s=slope.scaled(THOUSAND),
        grows=slope.low is not None and slope.low > 0,
        trials=min(len(run.trials.numbers) for run, _ in lines if run.trials is not None),
        by_size=tuple(_of_size(size, lines) for size in sorted({run.size for run, _ in lines})),
        at_first=law_of(points),
    )


def _line(run: SizedRun) -> tuple[float, float] | None:
    """Seconds per trial, and the level at trial 0."""
    trials = run.trials
    if trials is None or len(trials.numbers) < FEWEST_TRIALS:
        return None
    at = [float(number) for number in trials.numbers]
    slope = theil_sen(at, trials.cpu_s).value
    return slope, statistics.median(cost - slope * number for number, cost in zip(at, trials.cpu_s, strict=True))


def _of_size(size: float, lines: Sequence[tuple[SizedRun, tuple[float, float]]]) -> TrialSlope:
    mine = [line for run, line in lines if run.size == size]
    return TrialSlope(
        size=size,
        runs=len(mine),
        per_thousand_s=_mean([slope for slope, _ in mine]).scaled(THOUSAND),
        first_s=statistics.fmean(first for _, first in mine),
    )


def _mean(values: Sequence[float]) -> Interval:
    centre = statistics.fmean(values)
    if len(values) < 3:
        return Interval(value=centre)
    half = student_quantile(1 - CONFIDENCE, len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))
    return Interval(value=centre, low=centre - half, high=centre + half)
