from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.factorial import effects

NAMES = ("gc", "reuse", "shared")
CELLS = [frozenset(some) for size in range(4) for some in combinations(NAMES, size)]
ratios = st.floats(0.2, 5)


def block(singles: dict[str, float], pairs: dict[frozenset[str], float], base: float) -> dict[frozenset[str], float]:
    found = {}
    for cell in CELLS:
        cost = base
        for name in cell:
            cost *= singles[name]
        for pair, factor in pairs.items():
            cost *= factor if pair <= cell else 1.0
        found[cell] = cost
    return found


@given(ratios, ratios, ratios)
def test_independent_factors_have_their_own_ratios_and_interactions_of_one(a: float, b: float, c: float) -> None:
    singles = dict(zip(NAMES, (a, b, c), strict=True))
    found = effects([block(singles, {}, base) for base in (1.0, 2.0, 0.5)], NAMES)
    assert [one.factors for one in found[:3]] == [("gc",), ("reuse",), ("shared",)]
    assert [one.ratio.value for one in found[:3]] == pytest.approx([a, b, c])
    assert [one.ratio.value for one in found[3:]] == pytest.approx([1.0] * 4)


@given(ratios)
def test_an_interaction_is_the_joint_effect_over_the_product_of_the_single_ones(joint: float) -> None:
    pair = frozenset(("reuse", "shared"))
    found = effects([block(dict.fromkeys(NAMES, 0.5), {pair: joint}, 1.0)] * 3, NAMES)
    by_name = {one.factors: one.ratio.value for one in found}
    assert by_name["reuse", "shared"] == pytest.approx(joint)
    assert by_name["gc", "shared"] == pytest.approx(1.0)
    assert by_name["reuse",] == pytest.approx(0.5 * joint**0.5)  # on average over shared being on or off


def test_the_interval_of_an_interaction_covers_the_truth_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    pair, held = frozenset(("gc", "reuse")), 0
    for _ in range(400):
        blocks = [block({"gc": 0.8, "reuse": 0.5, "shared": 1.2}, {pair: 1.3}, 1.0) for _ in range(6)]
        noisy = [{cell: cost * random.lognormal(0, 0.1) for cell, cost in one.items()} for one in blocks]
        ratio = effects(noisy, NAMES)[3].ratio
        assert ratio.low is not None
        assert ratio.high is not None
        held += ratio.low <= 1.3 <= ratio.high
    assert 0.925 <= held / 400 <= 0.975


def test_a_block_that_lacks_a_combination_is_left_out_and_not_counted() -> None:
    whole = block(dict.fromkeys(NAMES, 0.5), {}, 1.0)
    torn = {cell: cost * 9 for cell, cost in whole.items() if cell != frozenset(("gc",))}
    found = effects([whole, whole, torn, whole], NAMES)
    assert {one.blocks for one in found} == {3}
    assert found[0].ratio.value == pytest.approx(0.5)


@pytest.mark.parametrize("factors", [(), ("gc", "gc")])
def test_factors_without_names_of_their_own_are_refused(factors: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="factors"):
        effects([{frozenset(): 1.0}], factors)


def test_without_a_whole_block_there_are_no_effects() -> None:
    with pytest.raises(InputError, match="no block has all 2 combinations of gc"):
        effects([{frozenset(): 1.0}], ("gc",))


def test_a_cost_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="no time"):
        effects([{frozenset(): 1.0, frozenset(("gc",)): 0.0}], ("gc",))
