"""The affine cost model, cost = a + b * size, fitted to runs of several sizes, with intervals and predictions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError
from harness.stats.distributions import student_quantile
from harness.stats.interval import CONFIDENCE, Interval

_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One run: the size it had and what a unit of it cost."""

    size: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AffineFit:
    """cost = fixed + slope * size with errors in proportion to the cost (see `fit_affine`)."""

    fixed: Interval
    slope: Interval
    points: int
    spread: float  # relative standard deviation of a point about the line
    quantile: float  # Student's t at the fit's confidence and degrees of freedom
    covariance: tuple[float, float, float]  # var(fixed), cov(fixed, slope), var(slope)

    def at(self, size: float) -> Interval:
        """The line at a size, with the confidence interval of the line (not of one more run)."""
        value = self.fixed.value + self.slope.value * size
        fixed_fixed, fixed_slope, slope_slope = self.covariance
        half = self.quantile * math.sqrt(max(fixed_fixed + 2 * size * fixed_slope + size * size * slope_slope, 0.0))
        return Interval(value=value, low=value - half, high=value + half)


def fit_affine(points: Sequence[Point], confidence: float = CONFIDENCE) -> AffineFit:
    """Weighted least squares with weights 1 / (fitted cost)^2, iterated: a run's noise grows with its length.

    Each point must be a run of its own (a fresh process): repeats inside one process are not independent. Raises
    InputError with fewer than 3 points, fewer than 2 sizes, or costs that are not positive.
    """
    sizes = len({point.size for point in points})
    if len(points) < 3 or sizes < 2:
        raise InputError(f"an affine cost model needs 3 runs of at least 2 sizes, not {len(points)} of {sizes}")
    if any(point.cost <= 0 or point.size <= 0 for point in points):
        raise InputError("an affine cost model needs positive sizes and costs")
    fitted = [point.cost for point in points]
    for _ in range(_ROUNDS):
        weights = [1 / cost**2 for cost in fitted]
        fixed, slope, inverse = _solve(points, weights)
        fitted = [max(fixed + slope * point.size, 1e-3 * point.cost) for point in points]
    freedom = len(points) - 2
    misfit = sum(weight * (p.cost - fixed - slope * p.size) ** 2 for weight, p in zip(weights, points, strict=True))
    variance = misfit / freedom
    covariance = (variance * inverse[0], variance * inverse[1], variance * inverse[2])
    quantile = student_quantile(1 - confidence, freedom)
    return AffineFit(
        fixed=_around(fixed, covariance[0], quantile),
        slope=_around(slope, covariance[2], quantile),
        points=len(points),
        spread=math.sqrt(variance),
        quantile=quantile,
        covariance=covariance,
    )


def _solve(points: Sequence[Point], weights: Sequence[float]) -> tuple[float, float, tuple[float, float, float]]:
    """Fixed, slope and the inverse of the normal matrix; sizes are centred, or the products would lose digits."""
    total = math.fsum(weights)
    centre = math.fsum(w * p.size for w, p in zip(weights, points, strict=True)) / total
    mean = math.fsum(w * p.cost for w, p in zip(weights, points, strict=True)) / total
    squares = math.fsum(w * (p.size - centre) ** 2 for w, p in zip(weights, points, strict=True))
    products = math.fsum(w * (p.size - centre) * (p.cost - mean) for w, p in zip(weights, points, strict=True))
    slope = products / squares
    inverse = (1 / total + centre**2 / squares, -centre / squares, 1 / squares)
    return mean - slope * centre, slope, inverse


def _around(value: float, variance: float, quantile: float) -> Interval:
    half = quantile * math.sqrt(max(variance, 0.0))
    return Interval(value=value, low=value - half, high=value + half)
