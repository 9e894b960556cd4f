"""The law that a cost follows over sizes: constant, affine or a power; as far as there are sizes and runs to tell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from harness.stats.cost_model import AffineFit, Point, fit_affine
from harness.stats.interval import CONFIDENCE, Interval
from harness.stats.power_law import FEWEST_RUNS, FEWEST_SIZES, PowerFit, fit_power, predict

_NO_BOUND = 50.0


class Growth(Enum):
    """How a cost grows with the data."""

    FLAT = "flat"  # its slope may be none
    LINEAR = "linear"  # a fixed cost and a line: exponent 1 is not rejected, or there are too few sizes to ask
    POWER = "power"  # an exponent other than 1
    NO_LAW = "no law"  # neither a line nor any exponent that is looked for: a jump, or noise
    UNKNOWN = "unknown"  # too few sizes or runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """cost = fixed + slope * size^exponent as fitted. `affine` is there beside `power`."""

    growth: Growth
    affine: AffineFit | None
    power: PowerFit | None
    runs: int
    sizes: int

    @property
    def fixed(self) -> Interval | None:
        """Seconds that do not depend on the data, of the law that is used."""
        if self.growth is Growth.NO_LAW:
            return None
        if self.growth is Growth.POWER and self.power is not None:
            return self.power.fixed
        return None if self.affine is None else self.affine.fixed

    @property
    def slope(self) -> Interval | None:
        """Seconds per unit of size (to the exponent, where it is not 1), of the law that is used."""
        if self.growth is Growth.NO_LAW:
            return None
        if self.growth is Growth.POWER and self.power is not None:
            return self.power.slope
        return None if self.affine is None else self.affine.slope

    @property
    def exponent(self) -> Interval | None:
        """Of the power law; None where it was not asked for, or not found."""
        if self.power is None or self.power.is_at_bound or self.growth in (Growth.FLAT, Growth.UNKNOWN):
            return None
        return self.power.exponent

    def at(self, size: float) -> float | None:
        """The cost that the law gives for a size."""
        if self.growth is Growth.NO_LAW:
            return None
        if self.growth is Growth.POWER and self.power is not None:
            return self.power.fixed.value + self.power.slope.value * float(size**self.power.exponent.value)
        return None if self.affine is None else self.affine.at(size).value

    def foretell(self, size: float) -> Interval | None:
        """The cost of one more run at a size, with its prediction interval; None where no law was found."""
        if self.growth is Growth.NO_LAW:
            return None
        if self.power is not None:
            return predict(self.power, size)
        if self.affine is None:
            return None
        line = self.affine.at(size)
        if line.value <= 0 or line.high is None:
            return None
        of_line = (line.high - line.value) / self.affine.quantile / line.value
        factor = math.exp(min(self.affine.quantile * math.hypot(of_line, self.affine.spread), _NO_BOUND))
        return Interval(value=line.value, low=line.value / factor, high=line.value * factor)

    @property
    def words(self) -> str:
        """The law and what it rests on."""
        through = f"through {self.runs} runs of {self.sizes} sizes"
        match self.growth:
            case Growth.UNKNOWN | Growth.NO_LAW:
                return "no law"
            case Growth.POWER:
                return f"a power law {through}"
            case Growth.FLAT | Growth.LINEAR:
                return f"a line {through}"


def law_of(points: Sequence[Point], confidence: float = CONFIDENCE) -> Law:
    """The law through runs of several sizes, each run a point of its own."""
    sizes = len({point.size for point in points})
    if sizes < 2 or len(points) < 3:
        return Law(growth=Growth.UNKNOWN, affine=None, power=None, runs=len(points), sizes=sizes)
    power = fit_power(points, confidence) if sizes >= FEWEST_SIZES and len(points) >= FEWEST_RUNS else None
    affine = fit_affine(points, confidence)
    return Law(growth=_growth(power, affine), affine=affine, power=power, runs=len(points), sizes=sizes)


def _growth(power: PowerFit | None, affine: AffineFit) -> Growth:
    if power is not None and not power.affine_is_enough:
        if power.slope.value <= 0:
            return Growth.FLAT
        return Growth.NO_LAW if power.is_at_bound else Growth.POWER
    return Growth.FLAT if affine.slope.low is None or affine.slope.low <= 0 else Growth.LINEAR
