"""How many times one way takes what another takes, from runs made in pairs: a ratio with its interval and its test."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError
from harness.stats.distributions import student_level, student_quantile
from harness.stats.interval import CONFIDENCE, Interval

_NO_BOUND = 50.0  # on the logarithm: e^50 bounds nothing, and is far from an overflow
FEWEST = 3  # pairs: two have one degree of freedom, and bounds that span anything


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedResult:
    """What pairs of runs say of after / before. Spread and p-value are None with fewer than three pairs."""

    ratio: Interval  # geometric mean over pairs, with bounds at 1 - alpha
    pairs: int
    spread: float | None  # standard deviation of the logarithm of one pair's ratio
    p_value: float | None  # of no difference, two-sided; below alpha exactly where the interval leaves 1 out


def paired_result(before: Sequence[float], after: Sequence[float], alpha: float) -> PairedResult:
    """Ratio after / before over pairs, with Student's interval and test on the logarithms of the pairs' ratios.

    What slows a machine for a while slows both runs of a pair, and leaves their ratio. Where which run of a pair comes
    first is drawn at random, the logarithms are symmetrical about the truth of no difference however skewed the runs
    are, which is what makes Student's test conservative there rather than liberal (docs/statistics.md). Raises
    InputError for samples that do not pair, that are not positive, or for a level outside 0 to 1.
    """
    if not 0 < alpha < 1:
        raise InputError(f"a level lies between 0 and 1, not at {alpha:g}")
    return _student(log_ratios(before, after), alpha)


def paired_ratio(before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The ratio of `paired_result` alone, at a confidence; without bounds with fewer than three pairs."""
    return paired_result(before, after, 1 - confidence).ratio


def log_ratios(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The logarithm of after / before, pair by pair. Raises InputError as `paired_result` does."""
    if len(before) != len(after) or not before:
        raise InputError("a paired ratio needs as many runs before as after, and at least one of each")
    if any(not (value > 0 and math.isfinite(value)) for value in (*before, *after)):
        raise InputError("a paired ratio needs runs that took more than no time")
    return [math.log(second) - math.log(first) for first, second in zip(before, after, strict=True)]


def geometric_mean(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval | None:
    """Of positive values, with Student's interval on their logarithms; None without any, no bounds below three."""
    return ratio_of_logs([math.log(value) for value in values], 1 - confidence).ratio if values else None


def ratio_of_logs(logs: Sequence[float], alpha: float) -> PairedResult:
    """The same from logarithms of ratios that were formed elsewhere, one per block: contrasts of a factorial."""
    if not logs:
        raise InputError("a ratio needs at least one block")
    return _student(logs, alpha)


def _student(logs: Sequence[float], alpha: float) -> PairedResult:
    count = len(logs)
    centre = math.fsum(logs) / count
    if count < FEWEST:
        return PairedResult(ratio=Interval(value=math.exp(centre)), pairs=count, spread=None, p_value=None)
    spread = math.sqrt(math.fsum((one - centre) ** 2 for one in logs) / (count - 1))
    error = spread / math.sqrt(count)
    half = min(student_quantile(alpha, count - 1) * error, _NO_BOUND)
    return PairedResult(
        ratio=Interval(value=math.exp(centre), low=math.exp(centre - half), high=math.exp(centre + half)),
        pairs=count,
        spread=spread,
        p_value=_p_value(centre, error, count - 1),
    )


def _p_value(centre: float, error: float, freedom: int) -> float:
    if error == 0:  # pairs that agree to the last digit: counts of statements, bytes on disk
        return 1.0 if centre == 0 else 0.0
    return student_level(centre / error, freedom)
