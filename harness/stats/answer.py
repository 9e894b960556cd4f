"""What a paired result says of a change, within a margin: faster, slower, the same, or not enough to tell."""

import math
from enum import Enum

from harness.stats.pairs import PairedResult
from harness.stats.sequential import pairs_needed


class Answer(Enum):
    """The four answers; of a cost, where less is faster."""

    FASTER = "faster"
    SLOWER = "slower"
    SAME = "same"  # equal within the margin
    INCONCLUSIVE = "inconclusive"


def answer(result: PairedResult, margin: float) -> Answer:
    """FASTER or SLOWER where the interval leaves 1 out, SAME where it lies within 1 / (1 + margin) and 1 + margin.

    A small difference that is certain is a difference: `reaches_margin` tells whether it is as large as was asked for.
    """
    low, high = result.ratio.low, result.ratio.high
    if low is None or high is None:
        return Answer.INCONCLUSIVE
    if high < 1:
        return Answer.FASTER
    if low > 1:
        return Answer.SLOWER
    if low > 1 / (1 + margin) and high < 1 + margin:
        return Answer.SAME
    return Answer.INCONCLUSIVE


def reaches_margin(result: PairedResult, margin: float) -> bool:
    """Whether the estimate is at least as far from 1 as the margin."""
    return abs(math.log(result.ratio.value)) >= math.log1p(margin)


def more_pairs(result: PairedResult, margin: float, alpha: float, power: float) -> int | None:
    """Pairs still to be added until this result, if it is the truth, would be told from 1 or found within the margin.

    Whichever takes fewer. 0 where the answer is known; None with fewer than three pairs, which tell no spread.
    """
    if result.spread is None:
        return None
    if answer(result, margin) is not Answer.INCONCLUSIVE:
        return 0
    distance, edge = abs(math.log(result.ratio.value)), math.log1p(margin)
    ways = []
    if distance > 0:
        ways.append(pairs_needed(result.spread, math.expm1(distance), alpha, power, 1))
    if distance < edge:  # both bounds have to fall within, hence half of what may go wrong on either side
        both = (1 + power) / 2
        ways.append(pairs_needed(result.spread, math.expm1(edge - distance), alpha, both, 1))
    return max(min(ways) - result.pairs, 1)
