"""A measured target: an estimate with its interval beside the limit it is held to, and the ratio of paired runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from harness.stats.interval import Interval, median_of


class Verdict(Enum):
    """Where an interval lies with regard to its limit."""

    MET = "met"
    NOT_MET = "not met"
    UNDECIDED = "undecided"  # the limit lies inside the interval: more pairs, or a quieter machine
    NO_LIMIT = ""  # shown for comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One line of the table. Less is better; a line without a limit is there to be compared with."""

    what: str
    value: Interval
    unit: str
    limit: float | None = None

    @property
    def verdict(self) -> Verdict:
        """By the whole interval; by the estimate alone where the sample was too small for an interval."""
        if self.limit is None:
            return Verdict.NO_LIMIT
        low = self.value.value if self.value.low is None else self.value.low
        high = self.value.value if self.value.high is None else self.value.high
        if high <= self.limit:
            return Verdict.MET
        return Verdict.NOT_MET if low > self.limit else Verdict.UNDECIDED


def median(sample: Sequence[float]) -> Interval:
    """The median with its 95 % interval. Raises ValueError for an empty sample."""
    found = median_of(sample)
    if found is None:
        raise ValueError("nothing was measured")
    return found


def paired_ratio(ones: Sequence[float], others: Sequence[float]) -> Interval:
    """Median of the ratios of what was measured side by side: what slows a whole pair cancels out."""
    return median([one / other for one, other in zip(ones, others, strict=True)])


def in_turn(pair: int) -> tuple[int, int]:
    """The order of arms 0 and 1 within a pair: each goes first in every second one."""
    return (0, 1) if pair % 2 == 0 else (1, 0)
