"""The cost model of a trial as found, fitted over the runs with one thread, and what it says of the seed's ratio."""

import math
from dataclasses import dataclass
from statistics import median

from harness.model.experiment import Dataset, Role
from harness.report.quantity import Measure, Unit, known, unknown
from harness.report.reproduction.runs import Evidence, UsableRun, whole_fact
from harness.report.summary import CostModel, FitPoint, LinePoint
from harness.stats.cost_model import AffineFit, Point, fit_affine
from harness.stats.interval import Interval
from harness.units import count_text, percent_text, ratio_text, seconds_text

SEED_RATIO = 13.75
SEED_BARS_PER_TRIAL = (
    4_000,
    210_225,
)  # train and validate of its small and of its large set: what the ratio is between
STRATEGY_SPANS = ("indicators", "strategy")
_COUNTED = (*STRATEGY_SPANS, "feature")  # where indicators are marked as features
_LINE_POINTS = 25
_NEEDS = "the cost model needs 3 finished one-thread runs of at least 2 sizes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """The lines through the one-thread runs: of the whole trial, and of the strategy alone."""

    runs: tuple[UsableRun, ...]
    trial: AffineFit | None
    strategy: AffineFit | None


def fit(evidence: Evidence) -> Fits:
    """Fit both lines; each run is one point, as runs and not trials are what was replicated."""
    roles = (Role.ONE_THREAD, Role.SIZE)
    runs = tuple(run for run in evidence.usable if run.arm.role in roles and (run.bars_per_trial or 0) > 0)
    return Fits(
        runs=runs,
        trial=_line([Point(size=run.bars_per_trial or 0, cost=run.trial_cpu_s) for run in runs]),
        strategy=_line([Point(size=run.bars_per_trial or 0, cost=strategy_cpu_s(run)) for run in runs]),
    )


def strategy_cpu_s(run: UsableRun) -> float:
    """Median CPU of a trial inside indicators and strategy."""
    return median(sum(row.spans[name].cpu_s for name in _COUNTED if name in row.spans) for row in run.rows)


def describe(fits: Fits, evidence: Evidence) -> CostModel:
    """The fit with its points, its line and its meaning in words."""
    sizes = {dataset: whole_fact(evidence.facts_record(dataset), "bars_per_trial") for dataset in Dataset}
    small, large = sizes[Dataset.SYNTHETIC], sizes[Dataset.REAL]
    line = fits.trial
    if line is None:
        why = f"{_NEEDS}, and there are {len(fits.runs)}"
        nothing = unknown(Unit.RATIO, why)
        fixed, slope, ratio = unknown(Unit.SECONDS, why), unknown(Unit.MICROSECONDS_PER_BAR, why), nothing
        statements: tuple[str, ...] = (f"No cost model: {why}.",)
    else:
        basis = f"affine fit over {len(fits.runs)} runs"
        fixed = known(Unit.SECONDS, line.fixed, basis)
        slope = known(Unit.MICROSECONDS_PER_BAR, line.slope.scaled(1e6), basis)
        ratio = _ratio(line, small, large, basis)
        statements = _statements(line, ratio, small, large)
    return CostModel(
        fixed=fixed,
        slope=slope,
        ratio=ratio,
        points=tuple(_point(run, line) for run in sorted(fits.runs, key=lambda run: (run.bars_per_trial or 0, run.id))),
        line=() if line is None else _drawn(line, [run.bars_per_trial or 0 for run in fits.runs]),
        statements=statements,
    )


def line_ratio(line: AffineFit, small: float, large: float) -> Interval:
    """The line at `large` over the line at `small`, with the delta-method interval of its logarithm.

    Both ends share the fit's errors, so their intervals cannot be combined as if they were independent.
    """
    below, above = line.at(small).value, line.at(large).value
    fixed_fixed, fixed_slope, slope_slope = line.covariance
    # d log(ratio) / d fixed and / d slope
    by_fixed, by_slope = 1 / above - 1 / below, large / above - small / below
    variance = by_fixed**2 * fixed_fixed + 2 * by_fixed * by_slope * fixed_slope + by_slope**2 * slope_slope
    stretch = math.exp(line.quantile * math.sqrt(max(variance, 0.0)))
    value = above / below
    return Interval(value=value, low=value / stretch, high=value * stretch)


def _line(points: list[Point]) -> AffineFit | None:
    usable = len(points) >= 3 and len({point.size for point in points}) >= 2 and all(point.cost > 0 for point in points)
    return fit_affine(points) if usable else None


def _ratio(line: AffineFit, small: int | None, large: int | None, basis: str) -> Measure:
    if small is None or large is None:
        return unknown(Unit.RATIO, "the bars per trial of one dataset are not known")
    if line.at(small).value <= 0 or line.at(large).value <= 0:
        return unknown(Unit.RATIO, "the line is not above zero at both sizes: too few or too noisy runs")
    return known(Unit.RATIO, line_ratio(line, small, large), basis)


def _statements(line: AffineFit, ratio: Measure, small: int | None, large: int | None) -> tuple[str, ...]:
    each_bar = f"{line.slope.value * 1e6:.3g} µs more with each bar"
    said = [f"A trial costs {seconds_text(line.fixed.value)} of CPU whatever its size and {each_bar}."]
    if ratio.value is not None and small and large:
        share = line.fixed.value / line.at(small).value
        said.append(
            f"The fixed part is {percent_text(share)} of a trial on {count_text(small)} bars, so "
            f"{ratio_text(large / small)} the bars cost {ratio_text(ratio.value)} as much CPU per trial."
        )
        worth = line.fixed.value / line.slope.value if line.slope.value > 0 else None
        seed_small, seed_large = SEED_BARS_PER_TRIAL
        needed = (seed_large - SEED_RATIO * seed_small) / (SEED_RATIO - 1)
        if worth is not None and worth > 0:
            said.append(
                f"The seed's {SEED_RATIO}× is no degradation: any line gives it whose fixed part costs as much as "
                f"{count_text(round(needed))} bars. Here it costs as much as {count_text(round(worth))} bars."
            )
    return tuple(said)


def _point(run: UsableRun, line: AffineFit | None) -> FitPoint:
    bars = run.bars_per_trial or 0
    return FitPoint(
        run=run.id,
        arm=run.name,
        dataset=run.arm.dataset,
        bars_per_trial=bars,
        trials=len(run.rows),
        cpu_s_per_trial=run.trial_cpu_s,
        fitted_s_per_trial=None if line is None else line.at(bars).value,
    )


def _drawn(line: AffineFit, sizes: list[int]) -> tuple[LinePoint, ...]:
    low, high = math.log(min(sizes)), math.log(max(sizes))
    drawn = []
    for step in range(_LINE_POINTS):
        size = math.exp(low + (high - low) * step / (_LINE_POINTS - 1))
        at = line.at(size)
        drawn.append(LinePoint(bars_per_trial=size, cpu_s=at.value, low_s=at.low or 0.0, high_s=at.high or at.value))
    return tuple(drawn)
