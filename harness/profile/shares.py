"""How well a share is known that was counted in so many samples."""

from math import sqrt

from harness.stats.interval import Interval

_Z = 1.959963984540054  # of 95 %


def share_interval(share: float, samples: int) -> Interval:
    """Wilson's interval of a proportion at 95 % (Brown, Cai, DasGupta 2001); without bounds where nothing was counted.

    Samples that follow one another closely may have seen the same piece of work, so that it is rather too narrow.
    """
    if samples <= 0:
        return Interval(value=share)
    share = min(max(share, 0.0), 1.0)
    scale = 1 + _Z**2 / samples
    middle = (share + _Z**2 / (2 * samples)) / scale
    half = _Z * sqrt(share * (1 - share) / samples + _Z**2 / (4 * samples**2)) / scale
    return Interval(value=share, low=max(middle - half, 0.0), high=min(middle + half, 1.0))


def surely_above(share: float, samples: int, least: float) -> bool:
    """Whether a share is above a bound, chance left out."""
    low = share_interval(share, samples).low
    return low is not None and low > least
