"""The numbered sampler: a trial's parameters follow from seed, number and name, and from nothing else."""

import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import create_trial

from harness.model.plan import SamplerKind
from harness.runner.samplers import NumberedSampler, sampler_for


def draw(number: int, name: str, distribution: BaseDistribution, seed: int = 1) -> object:
    study = optuna.create_study()
    trial = create_trial(value=0.0)
    trial.number = number
    return NumberedSampler(seed).sample_independent(study, trial, name, distribution)


@pytest.fixture(autouse=True)
def _quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)


X = FloatDistribution(0, 1)


def test_the_same_trial_draws_the_same() -> None:
    assert draw(3, "x", X) == draw(3, "x", X)


def test_number_name_and_seed_each_change_the_draw() -> None:
    draws = {draw(3, "x", X), draw(4, "x", X), draw(3, "y", X), draw(3, "x", X, seed=2)}

    assert len(draws) == 4


def test_the_draws_are_those_of_every_machine_and_version() -> None:
    """Recorded once: arms that ran elsewhere must have run these."""
    choices = CategoricalDistribution(("a", "b", "c"))

    assert [draw(number, "k", choices) for number in range(8)] == list("ccabcbca")
    assert [draw(number, "n", IntDistribution(0, 99)) for number in range(6)] == [34, 37, 43, 94, 51, 16]
    assert draw(0, "x", X) == 0.4769267504583663
    assert draw(0, "x", FloatDistribution(1, 16, log=True)) == pytest.approx(3.752122686820429, rel=1e-15)


BOUNDS = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(sorted)
POSITIVE = st.tuples(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6)).map(sorted)
WHOLE = st.tuples(st.integers(-1_000, 1_000), st.integers(0, 500))
DISTRIBUTIONS = st.one_of(
    BOUNDS.map(lambda b: FloatDistribution(*b)),
    POSITIVE.map(lambda b: FloatDistribution(*b, log=True)),
    st.builds(
        # rounded: Optuna warns of 3 * 0.1 = 0.30000000000000004, which 0.1 does not divide
        lambda low, cells, step: FloatDistribution(low, round(low + cells * step, 2), step=step),
        st.integers(-10, 10).map(float),
        st.integers(0, 50),
        st.sampled_from([0.1, 0.25, 0.5, 3.0]),
    ),
    WHOLE.map(lambda b: IntDistribution(b[0], b[0] + b[1])),
    st.builds(
        lambda low, cells, step: IntDistribution(low, low + cells * step, step=step),
        st.integers(-50, 50),
        st.integers(0, 50),
        st.integers(1, 7),
    ),
    st.builds(lambda low, more: IntDistribution(low, low + more, log=True), st.integers(1, 100), st.integers(0, 1_000)),
    st.lists(st.none() | st.text(max_size=3) | st.integers(), min_size=1, max_size=5, unique=True).map(
        CategoricalDistribution
    ),
)


@settings(max_examples=200, deadline=None)
@given(distribution=DISTRIBUTIONS, number=st.integers(0, 10**6))
def test_every_draw_lies_in_its_distribution(distribution: BaseDistribution, number: int) -> None:
    value = draw(number, "x", distribution)

    assert distribution._contains(distribution.to_internal_repr(value))


def test_draws_are_uniform() -> None:
    """Each of ten cells of 2,000 draws holds 200, within five standard deviations."""
    study, sampler, trial = optuna.create_study(), NumberedSampler(5), create_trial(value=0.0)
    cells = [0] * 10
    for number in range(2_000):
        trial.number = number
        cells[sampler.sample_independent(study, trial, "n", IntDistribution(0, 9))] += 1

    assert all(abs(cell - 200) < 5 * 13.5 for cell in cells), cells


@pytest.mark.parametrize("kind", [kind for kind in SamplerKind if kind is not SamplerKind.REPLAY])
def test_a_kind_is_its_sampler(kind: SamplerKind) -> None:
    names = {
        SamplerKind.NUMBERED: "NumberedSampler",
        SamplerKind.RANDOM: "RandomSampler",
        SamplerKind.TPE: "TPESampler",
        SamplerKind.CMAES: "CmaEsSampler",
    }

    assert type(sampler_for(kind, 1, 0)).__name__ == names[kind]


def first_value(kind: SamplerKind, worker: int) -> float:
    study = optuna.create_study(sampler=sampler_for(kind, 1, worker))
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=1)
    return study.best_value


@pytest.mark.parametrize("kind", [SamplerKind.RANDOM, SamplerKind.TPE])
def test_stateful_samplers_are_seeded_apart_by_worker(kind: SamplerKind) -> None:
    assert first_value(kind, 0) == first_value(kind, 0) != first_value(kind, 1)


def test_numbered_workers_draw_alike() -> None:
    assert first_value(SamplerKind.NUMBERED, 0) == first_value(SamplerKind.NUMBERED, 1)
