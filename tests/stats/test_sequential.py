import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.distributions import normal_quantile
from harness.stats.sequential import (
    alpha_after_pilot,
    look_fractions,
    overall_p,
    pairs_needed,
    planned_pairs,
    spending,
)

alphas = st.floats(1e-4, 0.2)
looks = st.integers(1, 3)


def test_bounds_are_those_of_the_published_programs() -> None:
    """ldbounds 2.0 (R), two-sided 5 %, three evenly spaced looks, spending of O'Brien and Fleming's type."""
    found = [-normal_quantile(level / 2) for level in spending(0.05, (1 / 3, 2 / 3, 1.0))]
    assert found == pytest.approx([3.7103, 2.5114, 1.9930], abs=2e-4)


@given(alphas, looks)
@settings(max_examples=40)
def test_levels_grow_and_stay_below_alpha(alpha: float, count: int) -> None:
    levels = spending(alpha, look_fractions(count))
    assert list(levels) == sorted(levels)
    assert levels[-1] <= alpha * (1 + 1e-9)
    assert math.fsum(levels) >= alpha * (1 - 1e-6)


def test_one_look_spends_everything() -> None:
    assert spending(0.01, (1.0,)) == pytest.approx((0.01,))


def test_looks_together_reject_as_often_as_alpha_says() -> None:
    random = np.random.default_rng(0)
    fractions = (0.3, 0.7, 1.0)
    steps = np.diff((0.0, *fractions))
    sums = np.cumsum(random.normal(size=(200_000, 3)) * np.sqrt(steps), axis=1)
    statistics = np.abs(sums / np.sqrt(fractions))
    bounds = np.array([-normal_quantile(level / 2) for level in spending(0.05, fractions)])
    assert (statistics >= bounds).any(axis=1).mean() == pytest.approx(0.05, abs=0.002)


@given(alphas, st.sampled_from([(1.0,), (0.5,), (0.4, 1.0), (1 / 3, 2 / 3, 1.0)]))
@settings(max_examples=25)
def test_an_overall_p_value_is_below_alpha_exactly_where_the_level_is_reached(
    alpha: float, fractions: tuple[float, ...]
) -> None:
    level = spending(alpha, fractions)[-1]
    assert overall_p(level * 0.999, fractions) <= alpha
    assert overall_p(level * 1.001, fractions) >= alpha * (1 - 1e-6)


def test_a_look_counts_less_the_earlier_it_comes() -> None:
    assert overall_p(1e-4, (1 / 3,)) > overall_p(1e-4, (1 / 3, 2 / 3)) > overall_p(1e-4, (1 / 3, 2 / 3, 1.0))


@pytest.mark.parametrize("fractions", [(), (0.5, 0.5), (0.0, 1.0), (0.5, 1.5), (0.2, 0.4, 0.6, 1.0), (0.8, 0.4)])
def test_looks_that_do_not_grow_are_refused(fractions: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="look"):
        spending(0.05, fractions)


@pytest.mark.parametrize("count", [0, 4])
def test_more_than_three_looks_are_refused(count: int) -> None:
    with pytest.raises(InputError, match="once to 3 times"):
        look_fractions(count)


@given(st.floats(0.001, 2), st.floats(0.02, 2), looks)
@settings(max_examples=40)
def test_more_spread_takes_more_pairs_and_a_larger_effect_fewer(spread: float, effect: float, count: int) -> None:
    pairs = pairs_needed(spread, effect, 0.01, 0.8, count)
    assert pairs >= 3
    assert pairs_needed(spread * 1.5, effect, 0.01, 0.8, count) >= pairs
    assert pairs_needed(spread, effect * 1.5, 0.01, 0.8, count) <= pairs
    assert pairs_needed(spread, effect, 0.001, 0.8, count) >= pairs


@pytest.mark.parametrize(("spread", "effect"), [(0.05, 0.1), (0.13, 0.1), (0.13, 0.25)])
def test_the_pairs_that_are_asked_for_see_the_effect(spread: float, effect: float) -> None:
    from scipy.special import nctdtr, stdtrit

    pairs = pairs_needed(spread, effect, 0.01, 0.8, 1)
    critical = -stdtrit(pairs - 1, 0.005)
    shift = math.log1p(effect) / spread * math.sqrt(pairs)
    assert 0.77 <= 1 - nctdtr(pairs - 1, shift, critical) <= 0.97


def test_a_pilot_plans_for_the_largest_spread_it_found_at_what_is_left_of_alpha() -> None:
    assert planned_pairs([0.05, 0.12, 0.08], 0.1, 0.01, 0.8, 3) == pairs_needed(
        0.12, 0.1, alpha_after_pilot(0.01), 0.8, 3
    )
    assert 0 < alpha_after_pilot(0.01) < 0.01


def test_a_pilot_without_a_spread_plans_nothing() -> None:
    with pytest.raises(InputError, match="at least one spread"):
        planned_pairs([], 0.1, 0.01, 0.8, 3)


@pytest.mark.parametrize(
    ("spread", "effect", "power"), [(-1.0, 0.1, 0.8), (math.nan, 0.1, 0.8), (0.1, 0.0, 0.8), (0.1, 0.1, 1.0)]
)
def test_what_cannot_be_planned_for_is_refused(spread: float, effect: float, power: float) -> None:
    with pytest.raises(InputError, match="planned"):
        pairs_needed(spread, effect, 0.01, power, 1)
