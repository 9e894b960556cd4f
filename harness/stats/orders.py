"""Orders of the arms in blocks: at random, and balanced in place and in neighbour."""

import random
from collections.abc import Sequence

from harness.errors import InputError

_PAIRS = 3  # blocks of either order in a cycle of two arms


def balanced_orders(arms: int, blocks: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """In which order each block runs its arms (numbers from 0), from Williams' designs, randomly relabelled.

    A full cycle is `cycle_length(arms)` blocks: over each, every arm stands equally often at every place and runs
    equally often straight after every other (Williams 1949). Within a cycle the blocks are shuffled; each cycle is
    relabelled anew. So a drift through the blocks, and what one arm leaves behind for the next, fall on all arms alike,
    and who comes first in a block cannot be foreseen. Two arms have three blocks of either order in a cycle: with one
    of each, every cycle would be A B B A or B A A B, where two runs of one arm stand next to each other, and a machine
    that remembers would pull the arms apart. Raises InputError for less than one arm or block.
    """
    if arms < 1 or blocks < 1:
        raise InputError(f"an order needs at least one arm and one block, not {arms} and {blocks}")
    chance = random.Random(seed)
    orders: list[tuple[int, ...]] = []
    while len(orders) < blocks:
        labels = chance.sample(range(arms), arms)
        cycle = [tuple(labels[place] for place in row) for row in _williams(arms)] * (_PAIRS if arms == 2 else 1)
        chance.shuffle(cycle)
        orders.extend(cycle)
    return tuple(orders[:blocks])


def cycle_length(arms: int) -> int:
    """Blocks after which places and neighbours are balanced: as many as arms, or twice that for an odd number."""
    if arms == 2:
        return 2 * _PAIRS
    return arms if arms % 2 == 0 or arms == 1 else 2 * arms


def _williams(arms: int) -> list[Sequence[int]]:
    """Rows of Williams' design: the zigzag 0, n-1, 1, n-2, ... shifted; with its mirror where the number is odd."""
    zigzag = [place // 2 if place % 2 == 0 else arms - 1 - place // 2 for place in range(arms)]
    rows: list[Sequence[int]] = [[(one + shift) % arms for one in zigzag] for shift in range(arms)]
    return rows if arms % 2 == 0 or arms == 1 else rows + [row[::-1] for row in rows]
