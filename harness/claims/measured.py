"""What was measured for a claim, on the claim's own axis, with the samples that it came from."""

from dataclasses import dataclass

from harness.stats.interval import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One independent measurement: a pair of runs, a seed, or a single run; with the records it lies in."""

    label: str
    value: float
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A number with its interval, or why there is none. SAVES is a share, FASTER a number of times, VALUE a number.

    `ceiling` is the most that the lever could reach here, on the same axis, from the share of a trial that it touches.
    """

    interval: Interval | None = None
    basis: str = ""
    samples: tuple[Sample, ...] = ()
    ceiling: float | None = None
    spread: float | None = None  # standard deviation of the logarithm of one pair's ratio
    alpha: float = 0.05  # 1 less the interval's confidence
    unsound: str | None = None  # why nothing may be ruled on it
    missing: str | None = None  # why there is no interval
    most: float | None = None  # without an interval, the most that the gain can be, on the same axis
    opposite: str | None = None  # where there is no ratio because most searches never got there: that, as a clause
    inapplicable: str | None = None  # why it cannot be tested on what it was to be tested on, as a clause
    quality: str | None = None  # what the search found, where a lever changes it


def not_measured(why: str) -> Measured:
    """No measurement, and why."""
    return Measured(missing=why)
