"""What another search finds for the same CPU: score and regret at equal budget, time to the baseline's quality."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError
from harness.stats.distributions import student_level, student_quantile
from harness.stats.interval import CONFIDENCE, Interval, median_of
from harness.stats.pairs import FEWEST, paired_result

Trajectory = Sequence[tuple[float, float]]  # (CPU seconds so far, score on all the data from then on), in order


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRuns:
    """The two searches with one seed: when each got what, and what CPU each spent in all."""

    baseline: Trajectory
    lever: Trajectory
    baseline_cpu_s: float
    lever_cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """A quantity of both arms, and lever - baseline over seeds."""

    baseline: float  # mean over seeds
    lever: float
    difference: Interval  # Student's, paired over seeds; without bounds with fewer than three
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToQuality:
    """CPU until the lever's search is as good as the baseline's ended, over CPU until the baseline's was.

    Where the lever's never got there it was stopped before: such a seed counts as one that takes longer than any.
    """

    seeds: int
    reached: int
    ratio: Interval | None  # None where too few reached it to say; see `is_median`
    is_median: bool  # over all seeds, as some did not reach it; else the geometric mean
    baseline_s: float  # mean CPU to it, each stopped at its seed's equal budget
    lever_s: float  # the same: a restricted mean, which a seed that did not reach it enters with all of the budget
    at_least: float | None  # lower bound of the median ratio, one-sided: a seed that never got there took all its CPU


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityResult:
    """A lever's search beside the baseline's, with the same seeds. Scores as given: `maximise` says which is better."""

    seeds: int
    budget_s: float  # mean over seeds of the equal budget: what the search that ended first had spent
    score: Paired  # at equal budget
    regret: Paired  # at equal budget: how far below the best score that any search of the comparison ever had
    final_score: Paired  # at the end of each, whatever it took
    cpu_ratio: Interval  # lever / baseline, whole searches
    time_to_quality: TimeToQuality
    seeds_without: int  # where one had no score yet when the other ended: left out of score and regret


def compare_quality(
    runs: Sequence[SeedRuns], *, maximise: bool = True, confidence: float = CONFIDENCE
) -> QualityResult:
    """Compare two searches over seeds; every interval is over seeds, the unit of replication.

    Raises InputError without seeds, and for a search that has no score at all or goes back in time.
    """
    if not runs:
        raise InputError("searches are compared over at least one seed")
    for run in runs:
        for path, cpu_s in ((run.baseline, run.baseline_cpu_s), (run.lever, run.lever_cpu_s)):
            _check(path, cpu_s)
    sign = 1.0 if maximise else -1.0
    best = max(sign * score for run in runs for path in (run.baseline, run.lever) for _, score in path)
    budgets = [min(run.baseline_cpu_s, run.lever_cpu_s) for run in runs]
    scores = [(_at(run.baseline, budget), _at(run.lever, budget)) for run, budget in zip(runs, budgets, strict=True)]
    both = [(before, after) for before, after in scores if before is not None and after is not None]
    if not both:
        raise InputError("no seed has a score of both searches at equal budget: give the shorter one more trials")
    return QualityResult(
        seeds=len(runs),
        budget_s=math.fsum(budgets) / len(budgets),
        score=_paired(both, confidence),
        regret=_paired([(best - sign * before, best - sign * after) for before, after in both], confidence),
        final_score=_paired([(run.baseline[-1][1], run.lever[-1][1]) for run in runs], confidence),
        cpu_ratio=paired_result(
            [run.baseline_cpu_s for run in runs], [run.lever_cpu_s for run in runs], 1 - confidence
        ).ratio,
        time_to_quality=_times(runs, budgets, sign, confidence),
        seeds_without=len(runs) - len(both),
    )


def _check(path: Trajectory, cpu_s: float) -> None:
    moments = [moment for moment, _ in path]
    if not path or any(not math.isfinite(score) for _, score in path):
        raise InputError("a search that is compared has at least one score, and only finite ones")
    if sorted(moments) != moments or moments[0] < 0 or not cpu_s >= moments[-1] or not cpu_s > 0:
        raise InputError("the scores of a search come in the order of time, and not after its end")


def _at(path: Trajectory, budget_s: float) -> float | None:
    """The score that held when so much CPU was spent."""
    return next((score for moment, score in reversed(path) if moment <= budget_s), None)


def _first(path: Trajectory, target: float, sign: float) -> float:
    """CPU until the score was as good as the target; infinite where it never was."""
    return next((moment for moment, score in path if sign * score >= target), math.inf)


def _paired(both: Sequence[tuple[float, float]], confidence: float) -> Paired:
    count = len(both)
    differences = [after - before for before, after in both]
    centre = math.fsum(differences) / count
    means = [math.fsum(side) / count for side in zip(*both, strict=True)]
    if count < FEWEST:
        return Paired(baseline=means[0], lever=means[1], difference=Interval(value=centre), p_value=None)
    error = math.sqrt(math.fsum((one - centre) ** 2 for one in differences) / (count - 1) / count)
    half = student_quantile(1 - confidence, count - 1) * error
    p_value = student_level(centre / error, count - 1) if error > 0 else float(centre == 0)
    difference = Interval(value=centre, low=centre - half, high=centre + half)
    return Paired(baseline=means[0], lever=means[1], difference=difference, p_value=p_value)


def _times(runs: Sequence[SeedRuns], budgets: Sequence[float], sign: float, confidence: float) -> TimeToQuality:
    targets = [sign * run.baseline[-1][1] for run in runs]
    before = [_first(run.baseline, target, sign) for run, target in zip(runs, targets, strict=True)]
    after = [_first(run.lever, target, sign) for run, target in zip(runs, targets, strict=True)]
    reached = sum(moment < math.inf for moment in after)
    is_whole = reached == len(runs) and min(*before, *after) > 0
    return TimeToQuality(
        seeds=len(runs),
        reached=reached,
        ratio=paired_result(before, after, 1 - confidence).ratio if is_whole else _median(before, after, confidence),
        is_median=not is_whole,
        baseline_s=_restricted(before, budgets),
        lever_s=_restricted(after, budgets),
        at_least=_at_least(runs, before, after, confidence),
    )


def _at_least(
    runs: Sequence[SeedRuns], before: Sequence[float], after: Sequence[float], confidence: float
) -> float | None:
    """Each ratio is at least that of what was spent, so the bound holds however late a seed would have got there."""
    if min(before) <= 0:
        return None
    spent = [min(moment, run.lever_cpu_s) for moment, run in zip(after, runs, strict=True)]
    found = median_of([b / a for a, b in zip(before, spent, strict=True)], 2 * confidence - 1)
    return None if found is None else found.low


def _median(before: Sequence[float], after: Sequence[float], confidence: float) -> Interval | None:
    """Median of the ratios with those that never came as infinite; a bound that would be infinite is none."""
    found = median_of([b / a if a > 0 else math.inf for a, b in zip(before, after, strict=True)], confidence)
    if found is None or not math.isfinite(found.value):
        return None
    high = found.high if found.high is not None and math.isfinite(found.high) else None
    return Interval(value=found.value, low=found.low, high=high)


def _restricted(moments: Sequence[float], budgets: Sequence[float]) -> float:
    return math.fsum(min(moment, budget) for moment, budget in zip(moments, budgets, strict=True)) / len(moments)
