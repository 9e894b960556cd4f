"""Growth with the number of trials is told apart from growth with the data."""

import pytest

from harness.experiments.scaling.grown import grown_of
from harness.experiments.scaling.trials import trial_growth
from harness.runner.scaling.request import Request
from tests.experiments.scaling.made import BASE, Truth, a_scaled


def test_growth_with_trials_is_read_within_runs_and_taken_off() -> None:
    grown = grown_of(a_scaled(Truth(grows_s=0.002)))
    assert grown.trials is not None
    assert grown.sizes is not None
    assert grown.trials.grows
    assert grown.trials.per_thousand_s.value == pytest.approx(2.0, rel=0.15)
    alone, mixed = grown.trials.at_first, grown.sizes.cpu
    assert alone.slope is not None
    assert alone.slope.value == pytest.approx(1e-6, rel=0.1)
    assert alone.fixed is not None
    assert mixed.fixed is not None
    assert alone.fixed.value == pytest.approx(0.02, abs=0.004)
    assert mixed.fixed.value > alone.fixed.value + 0.008


def test_no_growth_is_not_seen_where_there_is_none() -> None:
    trials = grown_of(a_scaled()).trials
    assert trials is not None
    assert not trials.grows


def test_runs_of_few_trials_have_no_slope() -> None:
    import dataclasses

    short = dataclasses.replace(BASE, trials=5)
    grown = grown_of(a_scaled(request=Request(base=short, sizes=(8_000, 16_000, 32_000))))
    assert grown.trials is None
    assert trial_growth([]) is None
