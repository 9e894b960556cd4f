"""Predicts what a trial of a new, longer run costs on average, from a few short runs on several sizes of data."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from harness.errors import InputError
from harness.stats.cost_model import Point, fit_affine
from harness.stats.distributions import f_quantile, student_quantile
from harness.stats.interval import CONFIDENCE, Interval

FASTER = 1.15  # an exponent above it: cost grows faster than the data
_LACK = 0.99  # confidence at which the line is given up
_NO_BOUND = 50.0  # e^50 times a value bounds nothing, and is far from an overflow
_APART = 2.0  # sizes closer to each other than this say nothing of an exponent


class Basis(Enum):
    """What a prediction rests on."""

    FITTED = "fitted"  # the affine model over runs of several sizes
    REPEATED = "repeated"  # runs of the size itself
    POWER = "power"  # the two largest sizes, carried on at their own rate of growth
    SCALED = "scaled"  # one smaller size only: no less than there, and at most in proportion
    SINGLE = "single"  # one run: no interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One run in a process of its own: its size, what its trials cost on average, how many they were, their spread."""

    size: float
    cost: float
    trials: int
    spread: float | None  # relative standard deviation between trials; None with fewer than 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The mean cost of a trial in one more run, with a prediction interval (not one of the model's line)."""

    interval: Interval
    basis: Basis
    exponent: float | None  # of growth between the two largest sizes; None where that cannot be told


def predict_mean(runs: Sequence[Sampled], size: float, trials: int, confidence: float = CONFIDENCE) -> Prediction:
    """Mean cost of a trial in a new run of `trials` trials at `size`.

    The interval holds what differs from run to run (the machine's state, and the parameters that each run happened to
    draw), the fit's own uncertainty, and the spread of trials where the new run has fewer of them than the samples: its
    half-width is t * sqrt(fit + run + trial), on the logarithm, so that a cost stays above zero. Each sample must be a
    run of its own. Raises InputError without a run, and for costs that are not positive.
    """
    if not runs or any(run.cost <= 0 or run.size <= 0 or run.trials < 1 for run in runs):
        raise InputError("a prediction needs runs with positive sizes, costs and numbers of trials")
    exponent = _exponent(runs)
    extra = _between_trials(runs, trials)
    here = [run for run in runs if run.size == size]
    sizes = {run.size for run in runs}
    if len(sizes) == 1 and len(runs) > 1:
        return _scaled(_repeated(runs, extra, confidence, exponent), size / runs[0].size)
    if len(runs) < 3:  # of two sizes, or a single one
        largest = max(runs, key=lambda run: run.size)
        return Prediction(
            interval=Interval(value=largest.cost * size / largest.size), basis=Basis.SINGLE, exponent=exponent
        )
    fitted = _fitted(runs, size, extra, confidence, exponent)
    if len(here) > 1 and (_lacks_fit(runs) or not _holds(fitted.interval, _mean(here))):
        return _repeated(here, extra, confidence, exponent)
    if not here and exponent is not None and exponent > FASTER:
        return _power(runs, size, fitted, exponent)
    return fitted


def multiplied(found: Interval, factors: Sequence[float], confidence: float = CONFIDENCE) -> Interval | None:
    """The predicted quantity times one more factor like `factors`; None without any, or for what is not positive.

    Both are predicted on the logarithm and vary independently, so that their half-widths add in squares. There are no
    bounds where the quantity has none, or from fewer than three factors: with one degree of freedom they would span
    anything.
    """
    if not factors or found.value <= 0:
        return None
    if len(factors) < 3 or found.low is None or found.high is None:
        return Interval(value=found.value * _plain_mean(factors))
    logs = [math.log(factor) for factor in factors]
    count = len(logs)
    centre = math.fsum(logs) / count
    variance = math.fsum((one - centre) ** 2 for one in logs) / (count - 1)
    half = student_quantile(1 - confidence, count - 1) * math.sqrt(variance * (1 + 1 / count))
    value = found.value * _plain_mean(factors)
    down = math.hypot(half, math.log(found.value / found.low)) if found.low > 0 else _NO_BOUND
    up = math.hypot(half, math.log(found.high / found.value))
    return Interval(value=value, low=value / math.exp(down), high=value * math.exp(min(up, _NO_BOUND)))


def _fitted(
    runs: Sequence[Sampled], size: float, extra: float, confidence: float, exponent: float | None
) -> Prediction:
    fit = fit_affine([Point(size=run.size, cost=run.cost) for run in runs], confidence)
    line = fit.at(size)
    if line.value <= 0 or line.high is None:
        return _repeated(runs, extra, confidence, exponent)
    of_line = (line.high - line.value) / fit.quantile / line.value
    half = fit.quantile * math.sqrt(of_line**2 + fit.spread**2 + extra)
    return Prediction(interval=_stretched(line.value, half), basis=Basis.FITTED, exponent=exponent)


def _repeated(runs: Sequence[Sampled], extra: float, confidence: float, exponent: float | None) -> Prediction:
    """Student's interval for one more run, on the logarithms of the runs' means.

    Its value is their plain mean: a longer run's mean tends to that. The geometric one is below it, by half the
    variance of the logarithms, where trials differ much and each run had few.
    """
    logs = [math.log(run.cost) for run in runs]
    count = len(logs)
    centre = math.fsum(logs) / count
    if count < 2:
        return Prediction(interval=Interval(value=runs[0].cost), basis=Basis.SINGLE, exponent=exponent)
    variance = math.fsum((one - centre) ** 2 for one in logs) / (count - 1)
    half = student_quantile(1 - confidence, count - 1) * math.sqrt(variance * (1 + 1 / count) + extra)
    value = _plain_mean([run.cost for run in runs])
    return Prediction(interval=_stretched(value, half), basis=Basis.REPEATED, exponent=exponent)


def _plain_mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _scaled(found: Prediction, factor: float) -> Prediction:
    """At a size `factor` times that of all runs: how cost grows is not known, but it grows, and seldom faster."""
    if factor == 1:
        return found
    interval = found.interval
    high = None if interval.high is None else interval.high * factor
    scaled = Interval(value=interval.value * factor, low=interval.low, high=high)
    return Prediction(interval=scaled, basis=Basis.SCALED, exponent=found.exponent)


def _power(runs: Sequence[Sampled], size: float, fitted: Prediction, exponent: float) -> Prediction:
    """Beyond the largest size where cost grows faster than the data: the affine line is then the lower bound."""
    largest = max(run.size for run in runs)
    top = _mean([run for run in runs if run.size == largest])
    value = top * (size / largest) ** exponent
    low, high = fitted.interval.low, fitted.interval.high
    stretch = (high or value) / fitted.interval.value
    return Prediction(
        interval=Interval(value=value, low=min(low or value, value), high=value * stretch),
        basis=Basis.POWER,
        exponent=exponent,
    )


def _between_trials(runs: Sequence[Sampled], trials: int) -> float:
    """Relative variance that a run of few trials has more than the samples' means have; never below none.

    A longer run has less: that the interval leaves aside, as runs of few trials cannot tell it from the runs' own.
    """
    known = [(run.spread**2, run.trials) for run in runs if run.spread is not None]
    if not known:
        return 0.0
    square = math.fsum(variance for variance, _ in known) / len(known)
    typical = len(known) / math.fsum(1 / count for _, count in known)
    return max(square * (1 / trials - 1 / typical), 0.0)


def _exponent(runs: Sequence[Sampled]) -> float | None:
    """Growth of cost between the two largest sizes; None where they are too close, or too few runs, to tell."""
    sizes = sorted({run.size for run in runs})
    if len(sizes) < 2 or sizes[-1] < _APART * sizes[-2]:
        return None
    below, top = ([run for run in runs if run.size == size] for size in sizes[-2:])
    if min(len(below), len(top)) < 2:
        return None
    return math.log(_mean(top) / _mean(below)) / math.log(sizes[-1] / sizes[-2])


def _lacks_fit(runs: Sequence[Sampled]) -> bool:
    """Whether runs of one size agree so well that the line is not what the sizes follow (F test)."""
    sizes = {run.size for run in runs}
    between, within = len(sizes) - 2, len(runs) - len(sizes)
    if between < 1 or within < 1:
        return False
    pure = math.fsum(math.log(run.cost / _mean([one for one in runs if one.size == run.size])) ** 2 for run in runs)
    misfit = fit_affine([Point(size=run.size, cost=run.cost) for run in runs]).spread ** 2 * (len(runs) - 2)
    return (misfit - pure) / between > f_quantile(_LACK, between, within) * pure / within


def _mean(runs: Sequence[Sampled]) -> float:
    return math.exp(math.fsum(math.log(run.cost) for run in runs) / len(runs))


def _holds(interval: Interval, value: float) -> bool:
    return interval.low is None or interval.high is None or interval.low <= value <= interval.high


def _stretched(value: float, half: float) -> Interval:
    factor = math.exp(min(half, _NO_BOUND))
    return Interval(value=value, low=value / factor, high=value * factor)
