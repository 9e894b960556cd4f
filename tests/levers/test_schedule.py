"""Schedules keep their proportions, whatever the number of trials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.levers.schedule import SEED_SCHEDULE, fitted, parse_schedule
from harness.model.search import Carry, Stage


def test_the_seeds_schedule() -> None:
    assert parse_schedule("25@0.1+25@0.5+50@1/best") == (SEED_SCHEDULE, Carry.BEST)


def test_any_other_schedule() -> None:
    assert parse_schedule("3@0.2+1@1/none") == ((Stage(trials=3, share=0.2), Stage(trials=1, share=1.0)), Carry.NONE)


def test_what_is_handed_on_is_the_best_where_nothing_is_said() -> None:
    assert parse_schedule("1@1")[1] is Carry.BEST


def test_a_hundred_trials_are_the_seeds_own() -> None:
    assert fitted(SEED_SCHEDULE, 100) == SEED_SCHEDULE


def test_fifty_trials_are_half_of_each_stage() -> None:
    assert [stage.trials for stage in fitted(SEED_SCHEDULE, 50)] == [12, 13, 25]


@given(st.lists(st.integers(1, 500), min_size=1, max_size=6), st.integers(1, 5_000))
def test_all_trials_are_placed_and_no_stage_is_empty(counts: list[int], trials: int) -> None:
    stages = [Stage(trials=count) for count in counts]
    if trials < len(stages):
        with pytest.raises(InputError, match="stages need at least"):
            fitted(stages, trials)
        return

    found = [stage.trials for stage in fitted(stages, trials)]

    assert sum(found) == trials
    assert min(found) >= 1
