"""A measured number with its unit, its interval and how it is known, or the reason why it is not."""

import math
from dataclasses import dataclass
from enum import Enum

from harness.stats.interval import Interval


class Unit(Enum):
    """What a number counts; the value is the ending of its name in JSON."""

    SECONDS = "s"
    BYTES = "bytes"
    BARS = "bars"
    COUNT = "count"
    RATIO = "ratio"
    SHARE = "share"
    MICROSECONDS_PER_BAR = "us_per_bar"
    SCORE = "score"  # what a study optimises, in its own unit


COUNTED = "counted"  # the basis of what was not measured but read off


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number, or `missing` saying why there is none; never both. Bounds are of a 95 % confidence interval."""

    unit: Unit
    value: float | None = None
    low: float | None = None
    high: float | None = None
    basis: str | None = None  # how the value is known: measured on what, extrapolated from what
    missing: str | None = None  # why there is no value

    @property
    def interval(self) -> Interval | None:
        """The value as an Interval; None where there is none."""
        return None if self.value is None else Interval(value=self.value, low=self.low, high=self.high)


def known(unit: Unit, value: Interval | float, basis: str) -> Measure:
    """A measure with a value; a value that is not finite is no measurement and becomes a missing one."""
    interval = value if isinstance(value, Interval) else Interval(value=value)
    numbers = (interval.value, interval.low, interval.high)
    if not all(number is None or math.isfinite(number) for number in numbers):
        return unknown(unit, f"the result is not a finite number ({basis})")
    return Measure(unit=unit, value=interval.value, low=interval.low, high=interval.high, basis=basis)


def unknown(unit: Unit, why: str) -> Measure:
    """A measure without a value, and why."""
    return Measure(unit=unit, missing=why)


def ratio(above: Measure, below: Measure, basis: str) -> Measure:
    """`above / below`. The bounds pair the far ends of both intervals, so they are wider than 95 % asks for."""
    top, bottom = above.interval, below.interval
    if top is None:
        return unknown(Unit.RATIO, above.missing or "")
    if bottom is None:
        return unknown(Unit.RATIO, below.missing or "")
    if bottom.value <= 0:
        return unknown(Unit.RATIO, "the value below is not above zero")
    if bottom.low is not None and bottom.low <= 0:
        return known(Unit.RATIO, top.value / bottom.value, basis)
    low = high = None
    if top.low is not None or bottom.low is not None:
        tops = _or(top.low, top.value), _or(top.high, top.value)
        bottoms = _or(bottom.low, bottom.value), _or(bottom.high, bottom.value)
        corners = [one / other for one in tops for other in bottoms]
        low, high = min(corners), max(corners)
    return known(Unit.RATIO, Interval(value=top.value / bottom.value, low=low, high=high), basis)


def _or(bound: float | None, value: float) -> float:
    return value if bound is None else bound
