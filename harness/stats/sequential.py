"""Looking at an experiment before its end without calling a difference too often: levels per look, pairs to plan."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from harness.errors import InputError
from harness.stats.distributions import (
    normal_level,
    normal_quantile,
    student_quantile,
)
from harness.stats.pairs import FEWEST

MOST_LOOKS = 3
KEPT_BACK = 1 / 3  # of alpha, for planning from the pairs that are judged
MOST_PAIRS = 1_000_000  # what a spread of a hundred times the effect asks for: more says nothing
_NODES = 96  # of the quadrature between two bounds: eight digits of a level
_HALVINGS = 48
_FARTHEST = 12.0  # standard deviations: a bound out there is never reached


def look_fractions(looks: int) -> tuple[float, ...]:
    """The shares of the planned pairs after which is looked, evenly spaced; the last is 1."""
    if not 1 <= looks <= MOST_LOOKS:
        raise InputError(f"an experiment is looked at once to {MOST_LOOKS} times, not {looks}")
    return tuple((look + 1) / looks for look in range(looks))


def spending(alpha: float, fractions: Sequence[float]) -> tuple[float, ...]:
    """The level to test at, look by look, so that all looks together call a difference with probability `alpha`.

    Lan and DeMets (1983, Biometrika 70, 659-663) with the spending function of O'Brien and Fleming's type, half of
    alpha on each side: 4 - 4 Phi(z(1 - alpha / 4) / sqrt(t)) is spent by the share t of the pairs. The levels are
    exact for means of normal values, by recursion over the joint distribution of the looks (Armitage, McPherson and
    Rowe 1969); each is compared with the p-value of Student's test at its look, which is what corrects for few pairs.
    `fractions` grow, up to 1 at the last look; they may be those that came about, with no last look yet.
    """
    if not 0 < alpha < 1:
        raise InputError(f"a level lies between 0 and 1, not at {alpha:g}")
    grown = (0.0, *fractions)
    if not 1 <= len(fractions) <= MOST_LOOKS or any(a >= b for a, b in zip(grown, fractions, strict=False)):
        raise InputError(f"looks are 1 to {MOST_LOOKS} growing shares of the pairs, not {list(fractions)}")
    if fractions[-1] > 1 + 1e-9:
        raise InputError(f"the last look comes with the last pair, not at {fractions[-1]:g} of them")
    return _levels(alpha, tuple(min(share, 1.0) for share in fractions))


def overall_p(p_value: float, fractions: Sequence[float]) -> float:
    """The p-value of a look as one of the whole experiment: the smallest alpha whose level at this look it reaches.

    Liu and Anderson's (2008, JASA 103, 1621-1630) sequential p-value, of the latest look alone. It is what Holm's
    procedure takes: a difference at 1 / m of alpha is one at the levels that are spent from that share.
    """
    if p_value <= 0 or p_value >= 1:
        return p_value
    low, high = math.log(p_value), 0.0  # a level is never above its alpha
    for _ in range(_HALVINGS // 2):
        middle = (low + high) / 2
        if spending(min(math.exp(middle), 1 - 1e-12), fractions)[-1] >= p_value:
            high = middle
        else:
            low = middle
    return math.exp(high)


def pairs_needed(spread: float, effect: float, alpha: float, power: float, looks: int) -> int:
    """Pairs after which a relative change of `effect` is seen with probability `power`, at two-sided `alpha`.

    `spread` is the standard deviation of one pair's log-ratio, as known (see `planned_pairs` for a pilot's). The last
    look's level stands for all looks, which is conservative by a percent. At
    least 3; raises InputError for a spread below 0, an effect not above 0 or a power outside 0 to 1.
    """
    if not (spread >= 0 and math.isfinite(spread)) or not effect > 0 or not 0 < power < 1:
        raise InputError("pairs are planned for a spread, an effect above 0 and a power between 0 and 1")
    level = spending(alpha, look_fractions(looks))[-1]
    distance, chance = spread / math.log1p(effect), normal_quantile(power)
    too_few, enough = FEWEST - 1, MOST_PAIRS
    while enough - too_few > 1:  # what a number of pairs asks for falls as it grows, with Student's quantile
        pairs = (too_few + enough) // 2
        if ((student_quantile(level, pairs - 1) + chance) * distance) ** 2 <= pairs:
            enough = pairs
        else:
            too_few = pairs
    return enough


def alpha_after_pilot(alpha: float) -> float:
    """What of alpha is spent at the looks of an experiment whose own first pairs decided how many there are.

    A pilot that happens to show little spread asks for few pairs, and lowers the spread that these are judged by: with
    all of 1 %, identical arms differed in up to 1.5 % of simulated experiments (docs/statistics.md). A third is kept
    back for that.
    """
    return alpha * (1 - KEPT_BACK)


def planned_pairs(spreads: Sequence[float], effect: float, alpha: float, power: float, looks: int) -> int:
    """Pairs in all that a pilot asks for, at the largest of the spreads it found, those of the controls too.

    One spread from six pairs is off by a third and knows nothing of a rare slow run; the largest of several errs
    towards more pairs. The test is at `alpha_after_pilot`.
    """
    if not spreads:
        raise InputError("pairs are planned from at least one spread")
    return pairs_needed(max(spreads), effect, alpha_after_pilot(alpha), power, looks)


@lru_cache(maxsize=4096)
def _levels(alpha: float, fractions: tuple[float, ...]) -> tuple[float, ...]:
    """Bounds on the normal statistic, look by look, each solved for what may be spent at it; as levels."""
    spent = [_spent(alpha, share) for share in fractions]
    levels = [spent[0]]
    path = _Path(fractions[0], -normal_quantile(spent[0] / 2))
    for look in range(1, len(fractions)):
        bound = path.bound(fractions[look], spent[look] - spent[look - 1])
        levels.append(normal_level(bound))
        if look + 1 < len(fractions):
            path.carry_on(fractions[look], bound)
    return tuple(levels)


def _spent(alpha: float, share: float) -> float:
    """Of both sides together, by this share of the pairs."""
    return alpha if share >= 1 else 2 * normal_level(-normal_quantile(alpha / 4) / math.sqrt(share))


@lru_cache(maxsize=1)
def _nodes() -> tuple[Any, Any]:
    from numpy.polynomial.legendre import leggauss

    return leggauss(_NODES)


class _Path:
    """The density of the sum of increments so far, on the nodes between the last bounds where it went on."""

    def __init__(self, share: float, bound: float) -> None:
        import numpy as np

        self._unit, self._weight = _nodes()
        self._share = share
        reach = min(bound, _FARTHEST) * math.sqrt(share)
        self._at: Any = self._unit * reach
        density = np.exp(-(self._at**2) / (2 * share)) / math.sqrt(2 * math.pi * share)
        self._mass: Any = density * self._weight * reach

    def bound(self, share: float, spent: float) -> float:
        """The bound at the next look that is crossed there, and not before, with probability `spent`."""
        from scipy.special import ndtr

        step = math.sqrt(share - self._share)
        low, high = 0.0, _FARTHEST
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            edge = middle * math.sqrt(share)
            outside = ndtr((self._at - edge) / step) + ndtr((-edge - self._at) / step)
            if float((self._mass * outside).sum()) > spent:
                low = middle
            else:
                high = middle
        return high

    def carry_on(self, share: float, bound: float) -> None:
        """Go on to the next look, within its bounds."""
        import numpy as np

        step = math.sqrt(share - self._share)
        reach = bound * math.sqrt(share)
        at = self._unit * reach
        kernel = np.exp(-(((at[:, None] - self._at[None, :]) / step) ** 2) / 2) / (step * math.sqrt(2 * math.pi))
        self._mass = (kernel @ self._mass) * self._weight * reach
        self._at, self._share = at, share
