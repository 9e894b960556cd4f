"""Parts of a logarithm that wander about zero, each with its own memory: what makes volatility and volume cluster."""

import math

import numpy as np
import numpy.typing as npt

from harness.workloads.topstepb import exact
from harness.workloads.topstepb.regimes import Scale

Floats = npt.NDArray[np.float64]

_LN2 = 0.6931471805599453


def wander(scale: Scale, interval_s: int, shocks: Floats) -> Floats:
    """One value per bar from independent standard normal `shocks`: a first-order autoregression.

    It has the scale's variance and memory as bars of `interval_s` see them, from the first bar on. The recursion runs
    in Python floats, 30 ns a bar, whose products and sums nothing fuses; a compiled loop's might be.
    """
    keep = _exp(-_LN2 * interval_s / scale.half_life_s)
    variance = seen_variance(scale, interval_s)
    level = float(shocks[0]) * math.sqrt(variance)
    levels = [level]
    for step in (shocks[1:] * math.sqrt(variance * (1 - keep * keep))).tolist():
        level = keep * level + step
        levels.append(level)
    return np.array(levels)


def seen_variance(scale: Scale, interval_s: int) -> float:
    """Variance of the mean over one bar of an Ornstein-Uhlenbeck process: 2 (x - 1 + e**-x) / x**2 of its own.

    x is the interval over the time in which the process forgets all but 1/e; source: integrate its autocovariance.
    """
    x = _LN2 * interval_s / scale.half_life_s
    if x < 1e-3:  # the formula would subtract nearly equal numbers
        return scale.variance * (1 - x / 3)
    return scale.variance * 2 * (x - 1 + _exp(-x)) / (x * x)


def _exp(x: float) -> float:
    return float(exact.exp(np.array([x]))[0])
