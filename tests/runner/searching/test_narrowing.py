"""Narrower ranges lie inside the whole, hold the best point and keep steps; the sampler stays a sampler."""

import math
from collections.abc import Callable

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, CmaEsSampler, RandomSampler, TPESampler
from optuna.testing.pytest_samplers import BasicSamplerTestCase, RelativeSamplerTestCase

from harness.runner.samplers import place
from harness.runner.searching.narrowing import NarrowingSampler, inside, narrowed

SHARES = st.floats(0, 1, exclude_max=True)
WIDTHS = st.floats(0.01, 1)
FLOATS = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(sorted).map(lambda b: FloatDistribution(*b))
LOGS = st.tuples(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6)).map(sorted).map(lambda b: FloatDistribution(*b, log=True))
STEPS = st.builds(
    lambda low, cells, step: FloatDistribution(low, round(low + cells * step, 2), step=step),
    st.integers(-10, 10).map(float),
    st.integers(0, 50),
    st.sampled_from([0.1, 0.25, 0.5, 3.0]),
)
INTS = st.builds(
    lambda low, cells, step: IntDistribution(low, low + cells * step, step=step),
    st.integers(-1000, 1000),
    st.integers(0, 300),
    st.sampled_from([1, 2, 7]),
)
LOG_INTS = st.builds(
    lambda low, more: IntDistribution(low, low + more, log=True), st.integers(1, 1000), st.integers(0, 500)
)
NUMERIC = st.one_of(FLOATS, LOGS, STEPS, INTS, LOG_INTS)


@given(NUMERIC, WIDTHS, SHARES)
def test_a_narrowed_range_lies_inside_and_holds_the_best(whole: BaseDistribution, width: float, share: float) -> None:
    centre = place(whole, share)

    part = narrowed(whole, width, centre)

    assert isinstance(part, type(whole))
    assert whole.low <= part.low <= part.high <= whole.high  # type: ignore[attr-defined]
    assert part.low - 1e-9 <= centre <= part.high + 1e-9  # type: ignore[attr-defined]
    assert part.log == whole.log  # type: ignore[attr-defined]


@given(st.one_of(STEPS, INTS), WIDTHS, SHARES, SHARES)
def test_what_is_drawn_from_a_narrowed_grid_is_on_the_whole_one(
    whole: BaseDistribution, width: float, share: float, draw: float
) -> None:
    part = narrowed(whole, width, place(whole, share))

    assert part.step == whole.step  # type: ignore[attr-defined]
    assert whole._contains(whole.to_internal_repr(place(part, draw)))


@given(FLOATS, WIDTHS, SHARES)
def test_a_narrowed_range_has_its_width(whole: FloatDistribution, width: float, share: float) -> None:
    part = narrowed(whole, width, place(whole, share))

    assert isinstance(part, FloatDistribution)
    scale = max(abs(whole.low), abs(whole.high), 1e-300)
    assert part.high - part.low == pytest.approx((whole.high - whole.low) * width, abs=1e-9 * scale)


def test_a_logarithmic_range_is_narrowed_in_logarithms() -> None:
    part = narrowed(FloatDistribution(1e-4, 1.0, log=True), 0.5, 1e-2)

    assert isinstance(part, FloatDistribution)
    assert (part.low, part.high) == (pytest.approx(1e-3), pytest.approx(1e-1))


def test_a_range_at_the_edge_is_shifted_inside() -> None:
    assert narrowed(FloatDistribution(0, 10), 0.5, 9.5) == FloatDistribution(5, 10)
    assert narrowed(IntDistribution(0, 100), 0.1, 0) == IntDistribution(0, 10)


def test_a_grid_keeps_two_points_to_choose_from() -> None:
    assert narrowed(IntDistribution(0, 9), 0.01, 4) == IntDistribution(4, 5)


def test_categories_stay_as_they_are() -> None:
    choices = CategoricalDistribution(("a", "b"))

    assert narrowed(choices, 0.5, "a") is choices
    assert inside(choices, "b") == "b"


def _study(sampler: BaseSampler) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(sampler=sampler)


@pytest.mark.parametrize(
    "inner", [RandomSampler(seed=1), TPESampler(seed=1, n_startup_trials=3), CmaEsSampler(seed=1, n_startup_trials=3)]
)
def test_every_draw_lies_in_the_narrow_range_and_the_trial_records_the_wide_one(inner: BaseSampler) -> None:
    centre = {"x": 0.5, "n": 20, "rate": 1e-3}
    study = _study(inner)

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", -1, 1)
        return x**2 + trial.suggest_int("n", 0, 100) + math.log(trial.suggest_float("rate", 1e-5, 1e-1, log=True))

    study.optimize(objective, n_trials=10)
    study.sampler = NarrowingSampler(inner, 0.25, centre)
    study.optimize(objective, n_trials=15)

    for trial in study.trials[10:]:
        assert 0.25 <= trial.params["x"] <= 0.75
        assert 7 <= trial.params["n"] <= 33
        assert 1e-4 * 3 <= trial.params["rate"] <= 1e-2 / 3
        assert trial.distributions["x"] == FloatDistribution(-1, 1)
    assert len({trial.params["x"] for trial in study.trials[10:]}) > 4


class TestConformance(BasicSamplerTestCase, RelativeSamplerTestCase):
    """Optuna's own suite, over its relative sampler, with nothing to narrow round."""

    @pytest.fixture
    def sampler(self) -> Callable[[], BaseSampler]:
        return lambda: NarrowingSampler(TPESampler(seed=0, n_startup_trials=0), 0.5, {})


class TestConformanceRoundAPoint(BasicSamplerTestCase):
    @pytest.fixture
    def sampler(self) -> Callable[[], BaseSampler]:
        return lambda: NarrowingSampler(RandomSampler(seed=0), 0.5, {"x": 1, "y": 1})
