"""The sampler's probe: sizes stop at the study's trials, every one is repeated, and a failed probe is None."""

import os
from pathlib import Path

import optuna
import pytest

from harness.model.probing import SpaceParameter
from harness.runner.sampler_growth import REPEATS, Asked, grow, measure_history


@pytest.mark.parametrize(
    ("trials", "sizes"), [(5, [5]), (20, [5, 12, 20]), (50, [5, 12, 20, 50]), (100, [5, 12, 20, 60, 100])]
)
def test_sizes_end_with_the_trials_of_the_study(trials: int, sizes: list[int]) -> None:
    found = grow(Asked(sampler="random", parameters=2, objectives=1, trials=trials, budget_s=60))
    assert [point.trials for point in found.sampler] == sizes
    assert all(len(point.wall_s) == len(point.cpu_s) == REPEATS for point in found.sampler)
    assert found.parameters == 2


def test_a_used_up_budget_stops_after_the_size_in_hand() -> None:
    found = grow(Asked(sampler="random", parameters=1, objectives=2, trials=5000, budget_s=0.0))
    assert [point.trials for point in found.sampler] == [5]


@pytest.mark.process
def test_a_fresh_process_says_the_same_and_a_failed_one_nothing(tmp_path: Path) -> None:
    asked = Asked(sampler="tpe", parameters=2, objectives=1, trials=30, budget_s=20)
    found = measure_history(asked, os.environ, tmp_path)
    assert found is not None
    assert [point.trials for point in found.sampler] == [5, 12, 20, 30]
    broken = Asked(sampler="nobody's", parameters=2, objectives=1, trials=30, budget_s=20)
    assert measure_history(broken, os.environ, tmp_path) is None


DISTRIBUTIONS = [
    optuna.distributions.FloatDistribution(-1.0, 2.0),
    optuna.distributions.FloatDistribution(1e-5, 1.0, log=True),
    optuna.distributions.FloatDistribution(0.1, 0.7, step=0.2),
    optuna.distributions.IntDistribution(3, 90),
    optuna.distributions.IntDistribution(2, 11, step=3),
    optuna.distributions.IntDistribution(1, 1024, log=True),
    optuna.distributions.CategoricalDistribution(("a", "b", None, 3)),
]


def test_made_up_trials_have_the_studys_own_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sampler takes twice as long for integers as for floats: what kind they are decides the forecast."""
    studies = []
    create = optuna.create_study
    monkeypatch.setattr(optuna, "create_study", lambda **given: studies.append(create(**given)) or studies[-1])
    space = tuple(
        SpaceParameter(name=f"p{place}", distribution=optuna.distributions.distribution_to_json(one), share=1.0)
        for place, one in enumerate(DISTRIBUTIONS)
    )
    rare = SpaceParameter(name="rare", distribution=space[0].distribution, share=0.3)

    found = grow(Asked(sampler="random", parameters=8, objectives=1, trials=60, budget_s=60, space=(*space, rare)))

    assert found.has_own_space
    trials = studies[0].trials
    assert all(
        trial.distributions.get(f"p{place}") == one for trial in trials for place, one in enumerate(DISTRIBUTIONS)
    )
    assert 0 < sum("rare" in trial.params for trial in trials) < len(trials) / 2
