"""The sampler's probe: sizes stop at the study's trials, every one is repeated, and a failed probe is None."""

import os
from pathlib import Path

import pytest

from harness.runner.sampler_growth import REPEATS, Asked, grow, measure_history


@pytest.mark.parametrize(("trials", "sizes"), [(5, [5]), (20, [20]), (50, [20, 50]), (100, [20, 60, 100])])
def test_sizes_end_with_the_trials_of_the_study(trials: int, sizes: list[int]) -> None:
    found = grow(Asked(sampler="random", parameters=2, objectives=1, trials=trials, budget_s=60))
    assert [point.trials for point in found.sampler] == sizes
    assert all(len(point.wall_s) == len(point.cpu_s) == REPEATS for point in found.sampler)
    assert found.parameters == 2


def test_a_used_up_budget_stops_after_the_size_in_hand() -> None:
    found = grow(Asked(sampler="random", parameters=1, objectives=2, trials=5000, budget_s=0.0))
    assert [point.trials for point in found.sampler] == [20]


@pytest.mark.process
def test_a_fresh_process_says_the_same_and_a_failed_one_nothing(tmp_path: Path) -> None:
    asked = Asked(sampler="tpe", parameters=2, objectives=1, trials=30, budget_s=20)
    found = measure_history(asked, os.environ, tmp_path)
    assert found is not None
    assert [point.trials for point in found.sampler] == [20, 30]
    broken = Asked(sampler="nobody's", parameters=2, objectives=1, trials=30, budget_s=20)
    assert measure_history(broken, os.environ, tmp_path) is None
