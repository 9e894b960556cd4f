"""Prediction of one more run's mean: it covers as often as it says, and each basis is chosen where it fits."""

import math
import random
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.stats.interval import Interval
from harness.stats.prediction import FASTER, Basis, Sampled, multiplied, predict_mean


def runs(costs: dict[float, list[float]], trials: int = 10, spread: float | None = 0.1) -> list[Sampled]:
    return [Sampled(size=s, cost=c, trials=trials, spread=spread) for s, each in costs.items() for c in each]


def line(size: float, wobble: float = 0.0) -> float:
    return (0.3 + 0.7 * size) * (1 + wobble)


def test_a_line_is_found_and_carried_to_the_size() -> None:
    costs = {size: [line(size, 0.02), line(size, -0.02)] for size in (1 / 16, 1 / 4, 1.0)}
    found = predict_mean(runs(costs), 1.0, 100)
    assert found.basis is Basis.FITTED
    assert found.interval.value == pytest.approx(1.0, rel=0.01)
    assert found.interval.low is not None
    assert found.interval.high is not None
    assert found.interval.low < 0.98
    assert found.interval.high > 1.02


def test_runs_of_one_size_give_students_interval_for_one_more() -> None:
    found = predict_mean(runs({1.0: [1.0, 1.1, 0.9, 1.05]}), 1.0, 100)
    logs = [math.log(cost) for cost in (1.0, 1.1, 0.9, 1.05)]
    mean = sum(logs) / 4
    deviation = math.sqrt(sum((one - mean) ** 2 for one in logs) / 3)
    assert found.basis is Basis.REPEATED
    value = (1.0 + 1.1 + 0.9 + 1.05) / 4
    assert found.interval.value == pytest.approx(value)
    assert found.interval.high == pytest.approx(value * math.exp(3.182446 * deviation * math.sqrt(1.25)), rel=1e-5)


def test_the_mean_of_a_long_run_is_not_foretold_too_low_from_short_ones() -> None:
    """Means of few trials are skewed where trials differ much: their geometric mean is a third too low here."""
    random = Random(3)
    ratios = []
    for _ in range(300):
        costs = [math.fsum(random.lognormvariate(0, 1.2) for _ in range(3)) / 3 for _ in range(8)]
        ratios.append(predict_mean(runs({1.0: costs}), 1.0, 500).interval.value / math.exp(1.2**2 / 2))
    assert math.fsum(ratios) / len(ratios) == pytest.approx(1.0, abs=0.05)


def test_one_run_has_no_interval() -> None:
    found = predict_mean(runs({1.0: [2.0]}), 1.0, 100)
    assert (found.basis, found.interval.value, found.interval.low) == (Basis.SINGLE, 2.0, None)


def test_one_small_run_is_carried_on_in_proportion_without_an_interval() -> None:
    found = predict_mean(runs({0.25: [2.0]}), 1.0, 100)
    assert (found.basis, found.interval.value, found.interval.high) == (Basis.SINGLE, 8.0, None)


def test_runs_of_one_smaller_size_bound_the_whole_from_below_and_in_proportion() -> None:
    here, whole = (predict_mean(runs({0.25: [1.0, 1.1, 0.9]}), size, 100) for size in (0.25, 1.0))
    assert (here.basis, whole.basis) == (Basis.REPEATED, Basis.SCALED)
    assert whole.interval.low == here.interval.low
    assert here.interval.high is not None
    assert whole.interval.high == pytest.approx(4 * here.interval.high)
    assert whole.interval.value == pytest.approx(4 * here.interval.value)


def test_two_runs_of_two_sizes_are_one_number() -> None:
    found = predict_mean(runs({0.25: [1.0], 0.5: [2.0]}), 1.0, 100)
    assert (found.basis, found.interval.value) == (Basis.SINGLE, 4.0)


def test_a_square_law_beyond_the_largest_size_is_carried_on_as_such() -> None:
    costs = {size: [size**2 * f for f in (0.98, 1.0, 1.02)] for size in (1 / 32, 1 / 8, 1 / 2)}
    found = predict_mean(runs(costs), 1.0, 100)
    assert found.basis is Basis.POWER
    assert found.exponent == pytest.approx(2.0)
    assert found.exponent > FASTER
    assert found.interval.value == pytest.approx(1.0, rel=0.01)


def test_runs_of_the_size_itself_overrule_a_line_that_misses_them() -> None:
    costs = {size: [size**3 * f for f in (0.999, 1.0, 1.001)] for size in (0.25, 0.5, 1.0)}
    found = predict_mean(runs(costs), 1.0, 100)
    assert found.basis is Basis.REPEATED
    assert found.interval.value == pytest.approx(1.0, rel=0.01)


def test_a_study_of_few_trials_varies_more_than_the_samples_did() -> None:
    samples = runs({1.0: [1.0, 1.02, 0.98, 1.01]}, trials=50, spread=0.5)
    many, few = (predict_mean(samples, 1.0, trials).interval for trials in (1000, 1))
    assert many.high is not None
    assert few.high is not None
    assert few.high > 3 * many.high


def test_sizes_close_to_each_other_tell_no_exponent() -> None:
    assert predict_mean(runs({0.8: [1.0, 1.0], 1.0: [3.0, 3.1]}), 1.0, 10).exponent is None


def test_a_factor_like_those_seen_widens_in_squares() -> None:
    found = predict_mean(runs({1.0: [1.0, 1.1, 0.9, 1.05]}), 1.0, 100).interval
    doubled = multiplied(found, [2.0, 2.0, 2.0])
    assert doubled is not None
    assert (doubled.value, doubled.high) == (pytest.approx(2 * found.value), pytest.approx(2 * (found.high or 0)))
    wider = multiplied(found, [1.0, 2.0, 4.0])
    assert wider is not None
    assert wider.value == pytest.approx(7 / 3 * found.value)
    assert (wider.high or 0) / wider.value > (found.high or 0) / found.value


@pytest.mark.parametrize(
    ("interval", "factors"), [(Interval(value=1.0, low=0.5, high=2.0), [1.5]), (Interval(value=1.0), [1, 2])]
)
def test_without_an_interval_there_is_none_for_the_product(interval: Interval, factors: list[float]) -> None:
    found = multiplied(interval, factors)
    assert found is not None
    assert (found.low, found.high) == (None, None)
    assert found.value == pytest.approx(sum(factors) / len(factors))
    assert multiplied(interval, []) is None


@pytest.mark.parametrize("bad", [[], runs({1.0: [0.0]}), runs({0.0: [1.0]}), runs({1.0: [1.0]}, trials=0)])
def test_what_is_no_run_is_refused(bad: list[Sampled]) -> None:
    with pytest.raises(InputError, match="positive"):
        predict_mean(bad, 1.0, 10)


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=8), st.integers(1, 10_000))
def test_bounds_enclose_the_value_and_stay_above_zero(costs: list[float], trials: int) -> None:
    interval = predict_mean(runs({1.0: costs}), 1.0, trials).interval
    assert interval.value > 0
    if interval.low is not None and interval.high is not None:
        assert 0 < interval.low <= interval.value * (1 + 1e-9)
        assert interval.high >= interval.value * (1 - 1e-9)


@pytest.mark.parametrize("sizes", [(1.0,) * 4, (1 / 16, 1 / 16, 1 / 4, 1 / 4, 1.0, 1.0)])
def test_the_next_run_falls_inside_as_often_as_the_interval_says(sizes: tuple[float, ...]) -> None:
    """Run effects of 20 %, trials that differ by 40 %, 12 in each run; the new run has 200."""
    draw = random.Random(7)

    def mean(size: float, trials: int) -> float:
        effect = math.exp(draw.gauss(0, 0.2))
        return line(size) * effect * sum(math.exp(draw.gauss(-0.08, 0.4)) for _ in range(trials)) / trials

    inside = 0
    for _ in range(400):
        samples = [Sampled(size=size, cost=mean(size, 12), trials=12, spread=0.4) for size in sizes]
        interval = predict_mean(samples, 1.0, 200).interval
        assert interval.low is not None
        assert interval.high is not None
        inside += interval.low <= mean(1.0, 200) <= interval.high
    assert 0.93 <= inside / 400 <= 0.99
