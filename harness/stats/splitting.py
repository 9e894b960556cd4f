"""What makes one cost so many times another: a ratio as a product of factors that no order of counting changes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from harness.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Corners:
    """The cost of a trial in each combination of size and sharing; `shared` with many workers."""

    small: float
    large: float
    small_shared: float
    large_shared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """total = size * fixed * contention."""

    total: float  # large with many workers over small with few
    size: float  # what the size alone would make of it, were there no fixed cost: (large / small)^exponent
    fixed: float  # what the fixed cost takes off that, as it does not grow: below 1
    contention: float  # what sharing the machine makes of it, on average over both sizes
    contention_small: float  # the same at the small size
    contention_large: float


def shapley(costs: Mapping[frozenset[str], float], factors: Sequence[str]) -> dict[str, float]:
    """Each factor's share of cost(all) / cost(none), as ratios whose product it is.

    A factor's share is the geometric mean, over all orders in which the factors could be switched on, of what its turn
    multiplies the cost by (Shapley 1953, on the logarithm). Raises InputError for a combination that is missing.
    """
    shares = dict.fromkeys(factors, 0.0)
    orders = list(permutations(factors))
    for order in orders:
        on: frozenset[str] = frozenset()
        for factor in order:
            shares[factor] += math.log(_cost(costs, on | {factor})) - math.log(_cost(costs, on))
            on |= {factor}
    return {factor: math.exp(share / len(orders)) for factor, share in shares.items()}


def split_ratio(corners: Corners, size_ratio: float, exponent: float = 1.0) -> Split:
    """Split the ratio large_shared / small into size, fixed cost and contention, from runs of each combination.

    Growth and contention are Shapley's shares of the two; growth falls apart
    into what a cost without a fixed part would grow by, size_ratio^exponent, and the rest, which is the fixed cost's.
    """
    if not size_ratio > 0 or not math.isfinite(exponent):
        raise InputError("a ratio is split with a positive ratio of sizes and an exponent")
    combinations = {
        frozenset[str](): corners.small,
        frozenset({"growth"}): corners.large,
        frozenset({"contention"}): corners.small_shared,
        frozenset({"growth", "contention"}): corners.large_shared,
    }
    shares = shapley(combinations, ("growth", "contention"))
    size = size_ratio**exponent
    return Split(
        total=corners.large_shared / corners.small,
        size=size,
        fixed=shares["growth"] / size,
        contention=shares["contention"],
        contention_small=corners.small_shared / corners.small,
        contention_large=corners.large_shared / corners.large,
    )


def _cost(costs: Mapping[frozenset[str], float], on: frozenset[str]) -> float:
    cost = costs.get(on)
    if cost is None or not (cost > 0 and math.isfinite(cost)):
        names = " with ".join(sorted(on)) or "none of the factors"
        raise InputError(
            f"a ratio is split from the cost of every combination: that of {names} is missing or not positive"
        )
    return cost
