"""The affine cost model: it finds known lines, and its intervals cover them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.cost_model import AffineFit, Point, fit_affine

SIZES = (5_000.0, 26_000.0, 65_000.0, 131_000.0, 262_000.0)


def points(sizes: tuple[float, ...], costs: list[float]) -> list[Point]:
    return [Point(size=size, cost=cost) for size, cost in zip(sizes, costs, strict=True)]


@given(st.floats(1e-3, 1e3), st.floats(1e-9, 1e-2))
def test_a_line_without_noise_is_recovered(fixed: float, slope: float) -> None:
    fit = fit_affine(points(SIZES, [fixed + slope * size for size in SIZES]))

    scale = fixed + slope * SIZES[0]
    assert fit.fixed.value == pytest.approx(fixed, abs=1e-8 * scale)
    assert fit.slope.value == pytest.approx(slope, abs=1e-8 * scale / SIZES[0])
    assert fit.spread == pytest.approx(0, abs=1e-9)
    assert fit.points == 5


def noisy(seed: int) -> list[Point]:
    noise = np.random.default_rng(seed).normal(1, 0.05, len(SIZES) * 2)
    return points(SIZES * 2, [(0.3 + 25e-6 * s) * n for s, n in zip(SIZES * 2, noise.tolist(), strict=True)])


def test_it_is_numpys_least_squares_at_its_own_weights() -> None:
    sample = noisy(3)
    fit = fit_affine(sample)
    sizes = np.array([p.size for p in sample])
    costs = np.array([p.cost for p in sample])
    fitted = fit.fixed.value + fit.slope.value * sizes
    design = np.column_stack([np.ones_like(sizes), sizes]) / fitted[:, None]

    (fixed, slope), residuals, _, _ = np.linalg.lstsq(design, costs / fitted, rcond=None)
    covariance = np.linalg.inv(design.T @ design) * residuals[0] / (len(sample) - 2)

    assert (fit.fixed.value, fit.slope.value) == pytest.approx((fixed, slope), rel=1e-6)
    assert fit.covariance == pytest.approx((covariance[0, 0], covariance[0, 1], covariance[1, 1]), rel=1e-5)
    assert fit.spread == pytest.approx((residuals[0] / (len(sample) - 2)) ** 0.5, rel=1e-5)


def test_intervals_cover_the_truth_under_noise_in_proportion_to_cost() -> None:
    fits = [fit_affine(noisy(seed)) for seed in range(400)]

    def share(covered: list[bool]) -> float:
        return sum(covered) / len(covered)

    assert share([inside(f.fixed, 0.3) for f in fits]) >= 0.90
    assert share([inside(f.slope, 25e-6) for f in fits]) >= 0.90
    assert share([inside(f.at(1e6), 0.3 + 25.0) for f in fits]) >= 0.90
    assert share([inside(f.slope, 25e-6 * 1.2) for f in fits]) <= 0.10  # an interval that covers all says nothing


def inside(interval: object, truth: float) -> bool:
    low, high = interval.low, interval.high  # type: ignore[attr-defined]
    return bool(low <= truth <= high)


def test_the_intervals_widen_with_confidence() -> None:
    def width(fit: AffineFit) -> float:
        assert fit.slope.high is not None
        assert fit.slope.low is not None
        return fit.slope.high - fit.slope.low

    assert width(fit_affine(noisy(1), 0.5)) < width(fit_affine(noisy(1), 0.95)) < width(fit_affine(noisy(1), 0.99))


def test_the_line_is_most_certain_between_its_points() -> None:
    fit = fit_affine(noisy(1))

    def half(size: float) -> float:
        at = fit.at(size)
        assert at.high is not None
        return (at.high - at.value) / at.value

    assert half(30_000) < half(1)
    assert half(30_000) < half(10_000_000)
    assert fit.at(0).value == fit.fixed.value


def test_a_scale_of_size_and_cost_changes_nothing_but_the_units() -> None:
    fit = fit_affine(noisy(2))
    scaled = fit_affine([Point(size=p.size / 1e6, cost=p.cost * 1e3) for p in noisy(2)])

    assert scaled.fixed.value == pytest.approx(fit.fixed.value * 1e3)
    assert scaled.slope.value == pytest.approx(fit.slope.value * 1e9)
    assert scaled.spread == pytest.approx(fit.spread)


@pytest.mark.parametrize(
    ("sizes", "costs", "sentence"),
    [
        ((), [], "needs 3 runs of at least 2 sizes, not 0 of 0"),
        ((1.0, 2.0), [1.0, 2.0], "not 2 of 2"),
        ((1.0, 1.0, 1.0), [1.0, 2.0, 3.0], "not 3 of 1"),
        ((1.0, 2.0, 3.0), [1.0, 0.0, 3.0], "positive sizes and costs"),
        ((0.0, 2.0, 3.0), [1.0, 1.0, 3.0], "positive sizes and costs"),
    ],
)
def test_what_fixes_no_line_is_refused(sizes: tuple[float, ...], costs: list[float], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        fit_affine(points(sizes, costs))


def test_falling_costs_give_a_finite_fit() -> None:
    fit = fit_affine(points((1.0, 2.0, 3.0, 100.0), [5.0, 3.0, 1.0, 0.5]))

    assert np.isfinite([fit.fixed.value, fit.slope.value, fit.spread]).all()
