import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.splitting import Corners, shapley, split_ratio

costs = st.floats(1e-3, 1e3)


@given(st.lists(costs, min_size=8, max_size=8))
def test_the_shares_multiply_to_the_ratio(found: list[float]) -> None:
    names = ("a", "b", "c")
    cells = [frozenset(some) for size in range(4) for some in combinations(names, size)]
    table = dict(zip(cells, found, strict=True))
    shares = shapley(table, names)
    assert math.prod(shares.values()) == pytest.approx(found[-1] / found[0])
    turned = shapley(table, names[::-1])
    assert {name: turned[name] for name in names} == pytest.approx(shares)


@given(costs, st.floats(0.1, 10), st.floats(0.1, 10))
def test_factors_that_do_not_touch_each_other_get_their_own(base: float, a: float, b: float) -> None:
    table = {
        frozenset[str](): base,
        frozenset({"a"}): base * a,
        frozenset({"b"}): base * b,
        frozenset({"a", "b"}): base * a * b,
    }
    assert shapley(table, ("a", "b")) == pytest.approx({"a": a, "b": b})


@given(costs, costs, costs, costs, st.floats(1.1, 100), st.floats(0.5, 2))
def test_size_fixed_cost_and_contention_multiply_to_the_total(
    small: float, large: float, small_shared: float, large_shared: float, sizes: float, exponent: float
) -> None:
    corners = Corners(small=small, large=large, small_shared=small_shared, large_shared=large_shared)
    found = split_ratio(corners, sizes, exponent)
    assert found.size * found.fixed * found.contention == pytest.approx(found.total)
    assert found.total == pytest.approx(large_shared / small)


def test_a_fixed_cost_takes_off_what_the_size_alone_would_make() -> None:
    """0.3 s + 25 us per bar: 52.5 times the bars are not 52.5 times the cost."""
    small, large = 0.3 + 25e-6 * 5_000, 0.3 + 25e-6 * 262_782
    corners = Corners(small=small, large=large, small_shared=2 * small, large_shared=2 * large)
    found = split_ratio(corners, 262_782 / 5_000)
    assert found.contention == pytest.approx(2)
    assert found.size == pytest.approx(52.6, abs=0.1)
    assert found.fixed == pytest.approx(large / small / found.size)
    assert found.fixed < 0.5


def test_a_missing_combination_is_named() -> None:
    with pytest.raises(InputError, match="a with b"):
        shapley({frozenset[str](): 1.0, frozenset({"a"}): 1.0, frozenset({"b"}): 1.0}, ("a", "b"))


def test_sizes_are_positive() -> None:
    with pytest.raises(InputError, match="positive ratio of sizes"):
        split_ratio(Corners(small=1, large=1, small_shared=1, large_shared=1), 0.0)
