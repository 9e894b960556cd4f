from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.orders import balanced_orders, cycle_length

arms, seeds = st.integers(2, 9), st.integers(0, 2**31)


@given(arms, seeds, st.integers(1, 3))
def test_over_full_cycles_every_arm_stands_equally_often_everywhere(count: int, seed: int, cycles: int) -> None:
    orders = balanced_orders(count, cycles * cycle_length(count), seed)
    places = Counter((place, arm) for order in orders for place, arm in enumerate(order))
    assert len(places) == count**2
    assert set(places.values()) == {len(orders) // count}


@given(arms, seeds)
def test_over_a_full_cycle_every_arm_follows_every_other_equally_often(count: int, seed: int) -> None:
    orders = balanced_orders(count, cycle_length(count), seed)
    followed = Counter(pair for order in orders for pair in pairwise(order))
    assert len(followed) == count * (count - 1)
    assert len(set(followed.values())) == 1


@given(arms, st.integers(1, 30), seeds)
def test_every_block_runs_every_arm_once(count: int, blocks: int, seed: int) -> None:
    orders = balanced_orders(count, blocks, seed)
    assert len(orders) == blocks
    assert all(sorted(order) == list(range(count)) for order in orders)


@given(arms, seeds)
def test_a_longer_experiment_begins_as_a_shorter_one(count: int, seed: int) -> None:
    assert balanced_orders(count, 40, seed)[:7] == balanced_orders(count, 7, seed)


def test_who_comes_first_differs_with_the_seed() -> None:
    assert len({balanced_orders(4, 1, seed) for seed in range(200)}) == 24


@pytest.mark.parametrize(("count", "blocks"), [(0, 1), (1, 0), (-2, 3)])
def test_less_than_one_is_refused(count: int, blocks: int) -> None:
    with pytest.raises(InputError, match="at least one arm"):
        balanced_orders(count, blocks, 0)


def test_one_arm_has_one_order() -> None:
    assert balanced_orders(1, 3, 0) == ((0,), (0,), (0,))


def test_two_arms_are_not_bound_to_alternate_their_orders() -> None:
    """A cycle of one AB and one BA: every second block would be known from the one before."""
    assert len({balanced_orders(2, 6, seed) for seed in range(500)}) == 20  # three of six
