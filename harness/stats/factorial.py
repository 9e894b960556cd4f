"""Main effects and interactions of a full two-level design in blocks, as ratios of cost."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.errors import InputError
from harness.stats.interval import CONFIDENCE, Interval
from harness.stats.pairs import ratio_of_logs


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorEffect:
    """What a factor does to cost on average over the others, or what several do together beyond that."""

    factors: tuple[str, ...]  # one: a main effect; more: their interaction
    ratio: Interval
    p_value: float | None  # of no effect; None with fewer than three whole blocks
    blocks: int  # that had all combinations
    spread: float | None  # standard deviation of the logarithm of one block's ratio


def effects(
    blocks: Sequence[Mapping[frozenset[str], float]],
    factors: Sequence[str],
    alpha: float = 1 - CONFIDENCE,
) -> tuple[FactorEffect, ...]:
    """All effects of all orders, main effects first, from the cost of every combination in every block.

    Each block gives one value per contrast, and Student's interval is over blocks: nothing is assumed of the variance
    of one combination against another's. A main effect is the geometric mean over the other factors of with / without.
    An interaction is the joint effect over the product of what the smaller sets explain, so that 1 is independence and
    above 1 the two together save less than each alone promises. A block that lacks a combination is left out (`blocks`
    says how many counted). Raises InputError without a whole block, without factors, and for costs not above 0.
    """
    if not factors or len(set(factors)) != len(factors):
        raise InputError("a factorial needs factors with different names")
    cells = [frozenset(some) for size in range(len(factors) + 1) for some in combinations(factors, size)]
    whole = [block for block in blocks if all(cell in block for cell in cells)]
    if not whole:
        raise InputError(f"no block has all {len(cells)} combinations of {', '.join(factors)}")
    if any(not (block[cell] > 0 and math.isfinite(block[cell])) for block in whole for cell in cells):
        raise InputError("a factorial needs runs that took more than no time")
    logs = [{cell: math.log(block[cell]) for cell in cells} for block in whole]
    return tuple(
        _effect(logs, frozenset(some), tuple(some), alpha)
        for size in range(1, len(factors) + 1)
        for some in combinations(factors, size)
    )


def _effect(
    logs: Sequence[Mapping[frozenset[str], float]], some: frozenset[str], names: tuple[str, ...], alpha: float
) -> FactorEffect:
    found = ratio_of_logs([_contrast(block, some) for block in logs], alpha)
    return FactorEffect(
        factors=names, ratio=found.ratio, p_value=found.p_value, blocks=found.pairs, spread=found.spread
    )


def _contrast(block: Mapping[frozenset[str], float], some: frozenset[str]) -> float:
    """The alternating sum over the factors in `some`, averaged over the combinations of the others."""
    total = math.fsum(-log if len(some - cell) % 2 else log for cell, log in block.items())
    return total * float(2 ** len(some)) / len(block)
