"""What more workers bring: efficiency, Amdahl's serial fraction, Gunther's scalability law, the best count."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from harness.errors import InputError
from harness.stats.distributions import student_quantile
from harness.stats.interval import CONFIDENCE, Interval
from harness.stats.pairs import ratio_of_logs
from harness.stats.relative_fit import Array, RelativeFit, fit_relative

COUNTS_FOR_USL = 4
NEAR_BEST = 0.95  # of the best throughput: fewer workers that reach it are enough


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRun:
    """One run in fresh processes: how many workers, and how many trials they finished per second together."""

    workers: int
    trials_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CountResult:
    """What was measured with one number of workers."""

    workers: int
    runs: int
    trials_per_s: Interval  # geometric mean over runs
    speedup: float  # against the fewest workers that were measured, times their number
    efficiency: float  # speed-up per worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Usl:
    """trials/s = rate * N / (1 + contention * (N - 1) + coherency * N * (N - 1)) (Gunther 1993)."""

    rate: float  # of one worker
    contention: Interval  # share of the work that only one may do at a time
    coherency: Interval  # what each pair of workers costs: above 0, more workers are slower in the end
    peak_workers: float | None  # where the law is highest; None where coherency may be none


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerScaling:
    """What the runs say together."""

    counts: tuple[CountResult, ...]
    serial: Interval  # Amdahl's: the law with no coherency; below 0 means faster than in proportion
    usl: Usl | None  # with at least four counts
    best: int  # the count with most trials per second
    enough: int  # the fewest that reach 95 % of that
    spread: float  # relative standard deviation of a run about the law


def scale_workers(runs: Sequence[WorkerRun], confidence: float = CONFIDENCE) -> WorkerScaling:
    """Fit Amdahl's law and, with four counts or more, Gunther's, by least squares on the logarithm of throughput.

    Both are linear in N / throughput, the time of a trial per worker. Amdahl's law is Gunther's with coherency 0.
    Fractions are not held above 0, so that their intervals cover. Raises InputError with fewer than 2 counts or 3 runs.
    """
    counts = sorted({run.workers for run in runs})
    if len(counts) < 2 or len(runs) < 3:
        raise InputError(f"scaling needs 3 runs with at least 2 numbers of workers, not {len(runs)} with {len(counts)}")
    if any(run.workers < 1 or not 0 < run.trials_per_s < math.inf for run in runs):
        raise InputError("scaling needs at least one worker and positive throughputs")
    workers = np.array([float(run.workers) for run in runs])
    time: Array = workers / np.array([run.trials_per_s for run in runs])
    ones = np.ones_like(workers)
    amdahl = fit_relative(np.stack([ones, workers - 1], axis=-1), time)
    has_usl = len(counts) >= COUNTS_FOR_USL and len(runs) > COUNTS_FOR_USL - 1
    gunther = fit_relative(np.stack([ones, workers - 1, workers * (workers - 1)], axis=-1), time) if has_usl else None
    kept = amdahl if gunther is None else gunther
    results = _counts(runs, confidence)
    top = max(results, key=lambda one: one.trials_per_s.value)
    near = NEAR_BEST * top.trials_per_s.value
    return WorkerScaling(
        counts=results,
        serial=_fraction(amdahl, 1, len(runs), confidence),
        usl=None if gunther is None else _usl(gunther, len(runs), confidence),
        best=top.workers,
        enough=next(one.workers for one in results if one.trials_per_s.value >= near),
        spread=math.sqrt(float(kept.misfit) / (len(runs) - len(kept.coefficients))),
    )


def _usl(fit: RelativeFit, runs: int, confidence: float) -> Usl:
    contention, coherency = (_fraction(fit, term, runs, confidence) for term in (1, 2))
    has_peak = coherency.low is not None and coherency.low > 0 and contention.value < 1
    return Usl(
        rate=1 / float(fit.coefficients[0]),
        contention=contention,
        coherency=coherency,
        peak_workers=math.sqrt((1 - contention.value) / coherency.value) if has_peak else None,
    )


def _fraction(fit: RelativeFit, term: int, runs: int, confidence: float) -> Interval:
    """A coefficient over the first, with Student's interval by the delta method; no bounds without a spare run."""
    first, other = float(fit.coefficients[0]), float(fit.coefficients[term])
    value = other / first
    freedom = runs - len(fit.coefficients)
    if freedom < 1:
        return Interval(value=value)
    gradient = np.zeros(len(fit.coefficients))
    gradient[0], gradient[term] = -value / first, 1 / first
    variance = float(gradient @ fit.inverse @ gradient) * float(fit.misfit) / freedom
    half = student_quantile(1 - confidence, freedom) * math.sqrt(max(variance, 0.0))
    return Interval(value=value, low=value - half, high=value + half)


def _counts(runs: Sequence[WorkerRun], confidence: float) -> tuple[CountResult, ...]:
    ordered = sorted(runs, key=lambda run: run.workers)
    found = []
    for workers, some in groupby(ordered, key=lambda run: run.workers):
        logs = [math.log(run.trials_per_s) for run in some]
        found.append((workers, ratio_of_logs(logs, 1 - confidence)))
    fewest, base = found[0]
    results = []
    for workers, one in found:
        rate = one.ratio
        speedup = rate.value / base.ratio.value * fewest
        results.append(
            CountResult(
                workers=workers, runs=one.pairs, trials_per_s=rate, speedup=speedup, efficiency=speedup / workers
            )
        )
    return tuple(results)
