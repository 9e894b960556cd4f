"""Holm's step-down procedure: several hypotheses together, none called too often."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Holm:
    """The decision on one hypothesis. An interval at 1 - `level` leaves the null out exactly where it is rejected."""

    adjusted_p: float  # the smallest alpha at which it would be rejected among the others
    is_significant: bool
    level: float  # what its own p-value was compared with, as a share of alpha


def holm(p_values: Sequence[float], alpha: float) -> tuple[Holm, ...]:
    """Decide on all, in the order given; any false rejection at all has probability at most `alpha` (Holm 1979).

    The j-th smallest p-value of m is held against alpha / (m - j + 1), until the first that is above its level; all
    further ones are held against that same level, as a step more would not have been taken. Each interval by itself
    covers at 1 - alpha or better and agrees with its decision; Holm's procedure has no two-sided intervals that cover
    jointly and still say something of what was rejected, so jointly they cover where the null was kept.
    """
    if not 0 < alpha < 1 or any(not 0 <= p <= 1 for p in p_values):
        raise InputError("p-values lie from 0 to 1, and the level of Holm's procedure between them")
    count = len(p_values)
    order = sorted(range(count), key=lambda index: p_values[index])
    decided: dict[int, Holm] = {}
    adjusted, is_open, level = 0.0, True, alpha
    for rank, index in enumerate(order):
        left = count - rank
        if is_open:
            level = alpha / left
            is_open = p_values[index] <= level
        adjusted = min(max(adjusted, left * p_values[index]), 1.0)
        decided[index] = Holm(adjusted_p=adjusted, is_significant=is_open, level=level)
    return tuple(decided[index] for index in range(count))
