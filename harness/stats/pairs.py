"""How many times one way takes what another takes, from runs made in pairs: a ratio with its interval."""

import math
from collections.abc import Sequence

from harness.errors import InputError
from harness.stats.interval import CONFIDENCE, Interval

FEWEST = 3  # pairs: two have one degree of freedom, and bounds that span anything


def paired_ratio(before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The geometric mean of after / before over pairs, with Student's interval on the logarithms of the ratios.

    What slows a machine for a while slows both runs of a pair, and leaves their ratio. No bounds with fewer than three
    pairs. Raises InputError for samples that do not pair, or that are not positive.
    """
    if len(before) != len(after) or not before:
        raise InputError("a paired ratio needs as many runs before as after, and at least one of each")
    if any(not (value > 0 and math.isfinite(value)) for value in (*before, *after)):
        raise InputError("a paired ratio needs runs that took more than no time")
    logs = [math.log(second) - math.log(first) for first, second in zip(before, after, strict=True)]
    count = len(logs)
    centre = math.fsum(logs) / count
    if count < FEWEST:
        return Interval(value=math.exp(centre))
    variance = math.fsum((one - centre) ** 2 for one in logs) / (count - 1)
    half = _student(confidence, count - 1) * math.sqrt(variance / count)
    return Interval(value=math.exp(centre), low=math.exp(centre - half), high=math.exp(centre + half))


def _student(confidence: float, freedom: int) -> float:
    from scipy.special import stdtrit  # scipy.stats would add a second to the start of a command

    return float(stdtrit(freedom, (1 + confidence) / 2))
