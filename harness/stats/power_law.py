"""The power law, cost = a + b * size^c, fitted to runs of several sizes: how fast cost grows, with an interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.errors import InputError
from harness.stats.cost_model import AffineFit, Point, fit_affine
from harness.stats.distributions import f_level, f_quantile, student_quantile
from harness.stats.interval import CONFIDENCE, Interval
from harness.stats.relative_fit import Array, RelativeFit, fit_relative

FEWEST_RUNS, FEWEST_SIZES = 4, 3
SMALLEST, LARGEST = 0.05, 4.0  # exponents that are looked for: below is a constant, above nobody waits for
_GRID = 64
_BEYOND_DOUBT = 0.001  # of the p-value of exponent 1
_EXACT = 1e-20  # of squared log-residuals: the fit has no error left, only that of floating point


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerFit:
    """cost = fixed + slope * size^exponent with errors in proportion to the cost (see `fit_power`)."""

    fixed: Interval
    slope: Interval  # per size^exponent
    exponent: Interval  # by profile likelihood; a bound is None where none of the exponents looked for is too far off
    affine_is_enough: bool  # exponent 1 is not rejected
    affine_p: float  # of exponent 1
    affine: AffineFit
    points: int
    largest: float  # of the sizes fitted: a prediction beyond it carries the law on
    spread: float  # relative standard deviation of a run about the law
    confidence: float
    scale: float  # the size at which the law was centred
    covariance: tuple[tuple[float, ...], ...]  # of fixed, log(slope * scale^exponent), exponent

    @property
    def is_at_bound(self) -> bool:
        """Whether the best exponent is the last one that is looked for: then it was not found, and means nothing."""
        return not SMALLEST < self.exponent.value < LARGEST


def fit_power(points: Sequence[Point], confidence: float = CONFIDENCE) -> PowerFit:
    """Least squares on the logarithm of cost, with a fixed cost of at least none; the exponent is profiled.

    For every exponent the best fixed cost and slope are found. Its interval holds the exponents c with
    RSS(c) <= RSS * (1 + F / (n - 3)), and exponent 1 is tested in the same way, with F(1, n - 3). Each point must be a
    run of its own (a fresh process). Raises InputError with fewer than 4 runs or 3 sizes, or what is not positive.
    """
    sizes = len({point.size for point in points})
    if len(points) < FEWEST_RUNS or sizes < FEWEST_SIZES:
        raise InputError(
            f"a power law needs {FEWEST_RUNS} runs of at least {FEWEST_SIZES} sizes, not {len(points)} of {sizes}"
        )
    if any(not (0 < point.cost < math.inf and 0 < point.size < math.inf) for point in points):
        raise InputError("a power law needs positive sizes and costs")
    runs = _Runs(points)
    exponent, misfit = runs.best()
    freedom = len(points) - 3
    rise = 1 + f_quantile(confidence, 1, freedom) / freedom
    base = max(misfit, _EXACT)
    at_one = float(runs.profile(np.array([1.0]))[0].misfit[0])
    affine_p = f_level(max(at_one - misfit, 0.0) / (base / freedom), 1, freedom)
    fixed, slope = runs.coefficients(exponent)
    covariance = runs.covariance(exponent, fixed, slope) * (base / freedom)
    quantile = student_quantile(1 - confidence, freedom)
    return PowerFit(
        fixed=_fixed(fixed, quantile * math.sqrt(covariance[0][0])),
        slope=runs.slope(exponent, slope, covariance, quantile),
        exponent=Interval(
            value=exponent,
            low=runs.crossing(exponent, SMALLEST, base * rise),
            high=runs.crossing(exponent, LARGEST, base * rise),
        ),
        affine_is_enough=affine_p >= 1 - confidence,
        affine_p=affine_p,
        affine=fit_affine(points, confidence),
        points=len(points),
        largest=max(point.size for point in points),
        spread=math.sqrt(misfit / freedom),
        confidence=confidence,
        scale=runs.scale,
        covariance=tuple(tuple(float(one) for one in row) for row in covariance),
    )


def predict(fit: PowerFit, size: float) -> Interval:
    """What one more run of this size costs, with a prediction interval: of the affine model where that is enough.

    The interval holds the law's own uncertainty and the spread of a run: t * sqrt(law + run) on the logarithm. Where
    the affine model is rejected, but not beyond doubt, the interval reaches as far as both models' do: of costs that
    are affine, one fit in twenty rejects it, and carries a wrong exponent on.
    """
    if not size > 0:
        raise InputError(f"a prediction is made for a size above 0, not for {size:g}")
    affine = _affine(fit, size)
    if affine is not None and fit.affine_is_enough:
        return affine
    law = _law(fit, size)
    if affine is None or fit.affine_p < _BEYOND_DOUBT:
        return law
    lows, highs = [law.low or 0.0, affine.low or 0.0], [law.high or math.inf, affine.high or math.inf]
    return Interval(value=law.value, low=min(lows), high=max(highs))


def _affine(fit: PowerFit, size: float) -> Interval | None:
    line = fit.affine.at(size)
    if line.value <= 0 or line.high is None:
        return None
    of_line = (line.high - line.value) / fit.affine.quantile / line.value
    return _around(line.value, fit.affine.quantile * math.hypot(of_line, fit.affine.spread))


def _law(fit: PowerFit, size: float) -> Interval:
    part = fit.slope.value * size**fit.exponent.value
    value = fit.fixed.value + part
    gradient = np.array([1.0, part, part * math.log(size / fit.scale)]) / value
    of_law = float(gradient @ np.array(fit.covariance) @ gradient)
    quantile = student_quantile(1 - fit.confidence, fit.points - 3)
    return _around(value, quantile * math.sqrt(max(of_law, 0.0) + fit.spread**2))


def _around(value: float, half: float) -> Interval:
    factor = math.exp(min(half, 50.0))
    return Interval(value=value, low=value / factor, high=value * factor)


def _proportional(basis: Array, cost: Array) -> tuple[Array, Array]:
    """The factor of a single term, and what it leaves, for each row of a stack."""
    logs = np.log(cost) - np.log(basis)
    centre = logs.mean(axis=-1)
    return np.exp(centre), np.asarray(((logs - centre[:, None]) ** 2).sum(axis=-1))


def _fixed(value: float, half: float) -> Interval:
    return Interval(value=value, low=max(value - half, 0.0), high=value + half)


class _Runs:
    """The runs as arrays, and the law's fit for given exponents. Sizes are centred, or their powers would overflow."""

    def __init__(self, points: Sequence[Point]) -> None:
        sizes = np.array([point.size for point in points])
        self.scale = float(np.exp(np.log(sizes).mean()))
        self.sizes: Array = sizes / self.scale
        self.cost: Array = np.array([point.cost for point in points])

    def profile(self, exponents: Array) -> tuple[RelativeFit, Array]:
        """The fit at each exponent, and its two coefficients with no fixed cost below none."""
        powers = self.sizes[None, :] ** exponents[:, None]
        free = fit_relative(np.stack([np.ones_like(powers), powers], axis=-1), self.cost)
        pure, of_pure = _proportional(powers, self.cost)
        flat, of_flat = _proportional(np.ones_like(powers), self.cost)
        coefficients, misfit = free.coefficients.copy(), free.misfit.copy()
        below, falling = coefficients[:, 0] < 0, coefficients[:, 1] < 0
        coefficients[below, 0], coefficients[below, 1] = 0.0, pure[below]
        misfit[below] = of_pure[below]
        coefficients[falling, 0], coefficients[falling, 1] = flat[falling], 0.0
        misfit[falling] = of_flat[falling]
        found = RelativeFit(coefficients=coefficients, misfit=misfit, fitted=free.fitted, inverse=free.inverse)
        return found, coefficients

    def best(self) -> tuple[float, float]:
        """The exponent that leaves least, on a grid that is drawn three times ever finer, and what it leaves."""
        low, high = SMALLEST, LARGEST
        exponent, least = 1.0, math.inf
        for _ in range(3):
            grid = np.linspace(low, high, _GRID)
            misfit = self.profile(grid)[0].misfit
            place = int(misfit.argmin())
            if float(misfit[place]) < least:
                exponent, least = float(grid[place]), float(misfit[place])
            width = 2 * (high - low) / _GRID
            low, high = max(exponent - width, SMALLEST), min(exponent + width, LARGEST)
        return exponent, least

    def crossing(self, exponent: float, end: float, allowed: float) -> float | None:
        """Where between the best exponent and an end the profile rises above what is allowed; None where nowhere."""
        near, far = exponent, end
        for _ in range(3):
            grid = np.linspace(near, far, _GRID)
            over = np.flatnonzero(self.profile(grid)[0].misfit > allowed)
            if len(over) == 0:
                return None if far == end else float(far)
            first = max(int(over[0]), 1)
            near, far = float(grid[first - 1]), float(grid[first])
        return (near + far) / 2

    def coefficients(self, exponent: float) -> tuple[float, float]:
        found = self.profile(np.array([exponent]))[1][0]
        return float(found[0]), float(found[1])

    def covariance(self, exponent: float, fixed: float, slope: float) -> Array:
        """Of fixed, log of the slope and exponent, up to the variance of a log-residual."""
        part = slope * self.sizes**exponent
        jacobian = np.stack([np.ones_like(part), part, part * np.log(self.sizes)], axis=-1) / (fixed + part)[:, None]
        return np.asarray(np.linalg.pinv(jacobian.T @ jacobian, hermitian=True))

    def slope(self, exponent: float, slope: float, covariance: Array, quantile: float) -> Interval:
        """In the units of the sizes as given."""
        shift = np.array([0.0, 1.0, -math.log(self.scale)])
        half = quantile * math.sqrt(max(float(shift @ covariance @ shift), 0.0))
        return _around(slope / self.scale**exponent, half) if slope > 0 else Interval(value=0.0)
