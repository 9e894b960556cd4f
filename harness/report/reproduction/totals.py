"""The wall time and the CPU of the seed's 50 trials on each dataset: measured where so many ran, else extrapolated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.model.experiment import Dataset, Role
from harness.report.quantity import Measure, Unit, known, ratio, unknown
from harness.report.reproduction.busyness import QUIET, bounded_stretch, busyness_of, spread_of, widened
from harness.report.reproduction.cost import Fits, line_ratio
from harness.report.reproduction.runs import Evidence, UsableRun, count_of, whole_fact
from harness.stats.interval import Interval, median_of
from harness.units import ratio_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Of the seed's number of trials, by dataset."""

    wall: Mapping[Dataset, Measure]  # as found, nine threads
    wall_ratio: Measure  # real over synthetic
    is_extrapolated: bool  # at least one of the walls
    as_found_cpu: Mapping[Dataset, Measure]  # one thread
    mended_cpu: Mapping[Dataset, Measure]
    mended_ratio: Mapping[Dataset, Measure]  # CPU as found over mended


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wall:
    measure: Measure
    is_fitted: bool


def totals(evidence: Evidence, fits: Fits) -> Totals:
    """Every total of the report, with its basis in words."""
    walls = {dataset: _wall(evidence, fits, dataset) for dataset in Dataset}
    as_found = {dataset: _as_found_cpu(evidence, fits, dataset) for dataset in Dataset}
    mended = {dataset: _mended_cpu(evidence, dataset) for dataset in Dataset}
    busy = busyness_of(evidence) or QUIET
    basis = "CPU of the trials: as found by the cost model where fewer ran; mended as measured, its one load included"
    return Totals(
        wall={dataset: wall.measure for dataset, wall in walls.items()},
        wall_ratio=_wall_ratio(evidence, fits, walls),
        is_extrapolated=any(wall.is_fitted for wall in walls.values()),
        as_found_cpu={dataset: widened(found, busy.original) for dataset, found in as_found.items()},
        mended_cpu={dataset: widened(found, busy.optimized) for dataset, found in mended.items()},
        mended_ratio={
            dataset: widened(ratio(as_found[dataset], mended[dataset], basis), busy.original, busy.optimized)
            for dataset in Dataset
        },
    )


def study_wall_ratio(evidence: Evidence, dataset: Dataset) -> Measure:
    """Wall time per trial of the whole study, nine threads over one: what the threads gain or lose in all."""
    return _nine_over_one(evidence, dataset, study_wall_per_trial_s)


def trial_wall_ratio(evidence: Evidence, dataset: Dataset) -> Measure:
    """A trial's own wall time, nine threads over one."""
    return _nine_over_one(evidence, dataset, lambda run: run.trial_wall_s)


def study_wall_per_trial_s(run: UsableRun) -> float:
    """Wall time of the study divided by its trials."""
    return run.study_wall_s / len(run.record.trials)


def over_runs(unit: Unit, runs: Sequence[UsableRun], of: Callable[[UsableRun], float], basis: str) -> Measure:
    """Median of one number per run; the interval needs six runs, as trials of one run are not independent."""
    middle = median_of([of(run) for run in runs])
    return unknown(unit, "no run") if middle is None else known(unit, middle, basis)


def _nine_over_one(evidence: Evidence, dataset: Dataset, of: Callable[[UsableRun], float]) -> Measure:
    sides = []
    for role in (Role.NINE_THREADS, Role.ONE_THREAD):
        runs = evidence.runs(role, dataset)
        if not runs:
            return unknown(Unit.RATIO, evidence.why_missing(role, dataset))
        sides.append((over_runs(Unit.SECONDS, runs, of, ""), count_of(runs)))
    (nine, nine_count), (one, one_count) = sides
    return ratio(nine, one, f"measured, {nine_count} in nine threads and {one_count} in one")


def _wall(evidence: Evidence, fits: Fits, dataset: Dataset) -> _Wall:
    trials = evidence.reproduction.seed_trials
    runs = evidence.runs(Role.NINE_THREADS, dataset)
    whole = [run for run in runs if len(run.record.trials) >= trials]
    if whole:
        return _Wall(measure=_scaled(whole, study_wall_per_trial_s, trials, "nine threads"), is_fitted=False)
    bars = whole_fact(evidence.facts_record(dataset), "bars_per_trial")
    if fits.trial is not None and bars is not None and fits.trial.at(bars).value > 0:
        return _Wall(measure=_fitted_wall(evidence, fits, bars), is_fitted=True)
    if runs:
        return _Wall(measure=_scaled(runs, study_wall_per_trial_s, trials, "nine threads"), is_fitted=False)
    why = evidence.why_missing(Role.NINE_THREADS, dataset)
    return _Wall(measure=unknown(Unit.SECONDS, f"{why}, and no cost model to extrapolate from"), is_fitted=False)


def _fitted_wall(evidence: Evidence, fits: Fits, bars: int) -> Measure:
    """The fitted CPU of a trial is its wall time where nothing else wants the core; threads stretch it as measured."""
    assert fits.trial is not None
    trials = evidence.reproduction.seed_trials
    basis = f"extrapolated from {len(fits.runs)} runs: {trials} × the fitted CPU of a trial"
    nine, one = (evidence.runs(role, Dataset.SYNTHETIC) for role in (Role.NINE_THREADS, Role.ONE_THREAD))
    stretch = bounded_stretch(study_wall_ratio(evidence, Dataset.SYNTHETIC), nine)
    if stretch.value is None:
        return known(
            Unit.SECONDS,
            fits.trial.at(bars).scaled(trials),
            f"{basis}, as one thread alone on the machine would run them",
        )
    at = _stretched(fits.trial.at(bars).scaled(trials * stretch.value), stretch, nine, one)
    of = "nine threads over one on synthetic bars"
    bound = "" if "less than the CPU allows" not in (stretch.basis or "") else ", as little as its CPU allows"
    return known(Unit.SECONDS, at, f"{basis} × {ratio_text(stretch.value)}, {of}{bound}")


def _stretched(wall: Interval, stretch: Measure, nine: Sequence[UsableRun], one: Sequence[UsableRun]) -> Interval:
    """The wall time with the interval of what stretched it as well: its own, else that over runs, where there are."""
    assert stretch.value is not None
    low, high = stretch.low, stretch.high
    spread = spread_of([study_wall_per_trial_s(run) for run in nine], [study_wall_per_trial_s(run) for run in one])
    if low is None and spread is not None:
        low, high = min(spread[0], stretch.value), max(spread[1], stretch.value)
    return Interval(
        value=wall.value,
        low=wall.low if wall.low is None or low is None else wall.low * (low / stretch.value),
        high=wall.high if wall.high is None or high is None else wall.high * (high / stretch.value),
    )


def _wall_ratio(evidence: Evidence, fits: Fits, walls: Mapping[Dataset, _Wall]) -> Measure:
    small, large = (whole_fact(evidence.facts_record(dataset), "bars_per_trial") for dataset in Dataset)
    if all(wall.is_fitted for wall in walls.values()) and fits.trial is not None and small and large:
        return known(Unit.RATIO, line_ratio(fits.trial, small, large), "the fitted line at both sizes")
    return ratio(walls[Dataset.REAL].measure, walls[Dataset.SYNTHETIC].measure, "ratio of both totals")


def _as_found_cpu(evidence: Evidence, fits: Fits, dataset: Dataset) -> Measure:
    trials = evidence.reproduction.seed_trials
    runs = evidence.runs(Role.ONE_THREAD, dataset)
    whole = [run for run in runs if len(run.record.trials) >= trials]
    bars = whole_fact(evidence.facts_record(dataset), "bars_per_trial")
    if not whole and fits.trial is not None and bars is not None and fits.trial.at(bars).value > 0:
        basis = f"extrapolated from {len(fits.runs)} runs: {trials} × the fitted trial"
        return known(Unit.SECONDS, fits.trial.at(bars).scaled(trials), basis)
    if not runs:
        return unknown(Unit.SECONDS, evidence.why_missing(Role.ONE_THREAD, dataset))
    return _scaled(whole or runs, _study_cpu_per_trial_s, trials, "one thread")


def _mended_cpu(evidence: Evidence, dataset: Dataset) -> Measure:
    runs = evidence.runs(Role.MENDED, dataset)
    if not runs:
        return unknown(Unit.SECONDS, evidence.why_missing(Role.MENDED, dataset))
    return _scaled(runs, _study_cpu_per_trial_s, evidence.reproduction.seed_trials, "mended")


def _scaled(runs: Sequence[UsableRun], of: Callable[[UsableRun], float], trials: int, where: str) -> Measure:
    """`trials` times a per-trial number of whole runs; says so where the runs had another number of trials."""
    basis = f"measured, {count_of(runs)}, {where}"
    if any(len(run.record.trials) != trials for run in runs):
        basis = f"{trials} × the average trial of a whole study ({count_of(runs)}, {where})"
    return over_runs(Unit.SECONDS, runs, lambda run: of(run) * trials, basis)


def _study_cpu_per_trial_s(run: UsableRun) -> float:
    return run.study_cpu_s / len(run.record.trials)
