"""The trend of a series that may wander: Theil and Sen's slope, with a lower bound that a random walk cannot fool."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from statistics import NormalDist, median

from harness.stats.interval import CONFIDENCE, Interval, median_of

BLOCKS = 10  # whose nine steps give bounds at 96 %: the second smallest and the second largest


def trend_of(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval | None:
    """Change per item of an evenly spaced series; None with fewer than `BLOCKS` items.

    The series is cut into `BLOCKS` blocks and each replaced by its median. The estimate and the upper bound are Theil's
    and Sen's: median and order statistics of the slopes between all pairs. These bounds suppose that errors are
    independent. Memory wanders instead, as an allocator keeps what it once got, and on a random walk they see a trend
    in most series without one. So the lower bound is the smaller of Sen's and the distribution-free bound of the median
    step from one block to the next: steps of a walk without drift are as often down as up, and one large step is one
    among nine.
    """
    if len(values) < BLOCKS:
        return None
    edges = [len(values) * block // BLOCKS for block in range(BLOCKS + 1)]
    at = [(low + high - 1) / 2 for low, high in pairwise(edges)]
    level = [float(median(values[low:high])) for low, high in pairwise(edges)]
    slope = theil_sen(at, level, confidence)
    steps = median_of(
        [(b - a) / (v - u) for (u, v), (a, b) in zip(pairwise(at), pairwise(level), strict=True)], confidence
    )
    lows = [bound for bound in (slope.low, None if steps is None else steps.low) if bound is not None]
    return Interval(value=slope.value, low=min(lows, default=None), high=slope.high)


def theil_sen(at: Sequence[float], values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Theil-Sen slope with Sen's interval, of at least two points at different places; O(n^2) time and memory.

    Bounds are order statistics of the pairwise slopes, from the normal approximation of Kendall's S with its variance
    corrected for ties (Sen 1968, JASA 63, 1379-1389). The same numbers as `scipy.stats.theilslopes`, without the
    second that importing it takes.
    """
    count = len(at)
    slopes = sorted(
        (values[j] - values[i]) / (at[j] - at[i]) for i in range(count) for j in range(i + 1, count) if at[j] != at[i]
    )
    spread = sqrt(max(_variance(count) - _tied(at) - _tied(values), 0.0)) * NormalDist().inv_cdf((1 + confidence) / 2)
    high = min(round((len(slopes) + spread) / 2), len(slopes) - 1)
    low = max(round((len(slopes) - spread) / 2) - 1, 0)
    return Interval(value=float(median(slopes)), low=slopes[low], high=slopes[high])


def _variance(count: int) -> float:
    return count * (count - 1) * (2 * count + 5) / 18


def _tied(values: Sequence[float]) -> float:
    repeats: dict[float, int] = {}
    for value in values:
        repeats[value] = repeats.get(value, 0) + 1
    return sum(_variance(times) for times in repeats.values())
