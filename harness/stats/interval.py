"""An estimate with its interval, and the median of a sample with a distribution-free one."""

from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate and the bounds of its confidence interval; bounds are None where the sample is too small for one."""

    value: float
    low: float | None = None
    high: float | None = None

    def scaled(self, factor: float) -> "Interval":
        """The interval of the quantity times a known positive factor."""
        return Interval(
            value=self.value * factor,
            low=None if self.low is None else self.low * factor,
            high=None if self.high is None else self.high * factor,
        )


def median_of(sample: Sequence[float], confidence: float = CONFIDENCE) -> Interval | None:
    """Median with the interval between order statistics that covers it at least at `confidence`; None when empty.

    The coverage of (x_k, x_{n+1-k}) is 1 - 2 P(B < k) with B binomial(n, 1/2), whatever the distribution (Conover,
    Practical Nonparametric Statistics, 3.2). Six values are the fewest that reach 95 %.
    """
    ordered = sorted(sample)
    count = len(ordered)
    if count == 0:
        return None
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    outside, ways, rank = 0, 1, 0  # in exact integers: as floats they overflow from a thousand values on
    while rank < count // 2:
        outside += ways
        if 1 - 2 * outside / 2**count < confidence:
            break
        rank += 1
        ways = ways * (count - rank + 1) // rank
    if rank == 0:
        return Interval(value=middle)
    return Interval(value=middle, low=ordered[rank - 1], high=ordered[count - rank])
