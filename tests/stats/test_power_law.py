import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.cost_model import Point
from harness.stats.power_law import fit_power, predict

SIZES = (5_000, 15_000, 40_000, 100_000)


def runs(law: Callable[[float], float], random: np.random.Generator, noise: float = 0.04) -> list[Point]:
    return [Point(size=size, cost=law(size) * float(random.lognormal(0, noise))) for size in SIZES * 3]


@given(st.floats(0.6, 2.0), st.floats(0.0, 1.0))
@settings(max_examples=10, deadline=None)
def test_without_noise_the_exponent_is_found(exponent: float, fixed: float) -> None:
    fit = fit_power([Point(size=size, cost=fixed + (size / 10_000) ** exponent) for size in SIZES])
    assert fit.exponent.value == pytest.approx(exponent, abs=2e-3)
    assert fit.fixed.value == pytest.approx(fixed, abs=0.02)


@given(st.floats(0.1, 100), st.floats(1e-3, 1e3))
@settings(max_examples=6, deadline=None)
def test_units_of_size_and_cost_change_no_exponent(of_size: float, of_cost: float) -> None:
    points = runs(lambda size: 0.3 + (size / 10_000) ** 1.4, np.random.default_rng(1))
    plain = fit_power(points)
    scaled = fit_power([Point(size=one.size * of_size, cost=one.cost * of_cost) for one in points])
    assert scaled.exponent.value == pytest.approx(plain.exponent.value, abs=1e-3)
    assert scaled.fixed.value == pytest.approx(plain.fixed.value * of_cost, rel=1e-2, abs=1e-3 * of_cost)
    assert predict(scaled, 200_000 * of_size).value == pytest.approx(predict(plain, 200_000).value * of_cost, rel=1e-2)


@pytest.mark.parametrize("exponent", [1.0, 1.5])
def test_intervals_hold_the_truth_at_their_rate(exponent: float) -> None:
    """30 fits: of 95 %, at least 24 hold but once in a thousand times."""
    random = np.random.default_rng(2)

    def law(size: float) -> float:
        return 0.3 + 0.5 * (size / 10_000) ** exponent

    of_exponent = of_prediction = rejected = 0
    for _ in range(30):
        fit = fit_power(runs(law, random))
        low, high = fit.exponent.low or 0.0, fit.exponent.high or math.inf
        of_exponent += low <= exponent <= high
        rejected += not fit.affine_is_enough
        found = predict(fit, 262_782)
        assert found.low is not None
        assert found.high is not None
        of_prediction += found.low <= law(262_782) * random.lognormal(0, 0.04) <= found.high
    assert of_exponent >= 24
    assert of_prediction >= 24
    assert rejected == 30 if exponent == 1.5 else rejected <= 6


def test_a_cost_that_does_not_grow_has_no_exponent() -> None:
    random = np.random.default_rng(3)
    fit = fit_power(runs(lambda size: 2.0, random))
    assert fit.exponent.low is None
    assert fit.affine_is_enough
    assert predict(fit, 50_000).value == pytest.approx(2.0, rel=0.1)


def test_the_affine_model_predicts_where_it_is_enough() -> None:
    fit = fit_power(runs(lambda size: 0.3 + size / 10_000, np.random.default_rng(4)))
    assert fit.affine_is_enough
    assert predict(fit, 50_000).value == pytest.approx(fit.affine.at(50_000).value)


def test_a_fixed_cost_is_at_least_none() -> None:
    fit = fit_power([Point(size=size, cost=(size - 900) / 1000) for size in (1000, 2000, 4000, 8000, 16000)])
    assert fit.fixed.value == 0
    assert fit.exponent.value > 1


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([(1, 1), (2, 2), (3, 3)], "4 runs of at least 3 sizes, not 3 of 3"),
        ([(1, 1), (1, 1), (2, 2), (2, 2)], "not 4 of 2"),
        ([(1, 1), (2, 2), (3, 3), (4, 0)], "positive"),
        ([(1, 1), (2, 2), (3, 3), (4, math.inf)], "positive"),
    ],
)
def test_what_cannot_be_fitted_is_refused(points: list[tuple[float, float]], says: str) -> None:
    with pytest.raises(InputError, match=says):
        fit_power([Point(size=size, cost=cost) for size, cost in points])


def test_a_prediction_needs_a_size() -> None:
    fit = fit_power([Point(size=size, cost=1 + size) for size in (1, 2, 3, 4)])
    with pytest.raises(InputError, match="above 0"):
        predict(fit, 0)
