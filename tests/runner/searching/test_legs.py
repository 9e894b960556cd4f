"""A search's legs: exact counts, numbers that run on, studies as what is carried over asks for."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.levers.registry import lever
from harness.model.plan import Plan
from harness.model.search import Carry, Racing, Search, Stage
from harness.runner.searching.legs import Leg, legs_of, passes_planned, rows_planned, study_name

SEED = (Stage(trials=25, share=0.1), Stage(trials=25, share=0.5), Stage(trials=50))


def legs(trials: int = 100, **search: object) -> tuple[Leg, ...]:
    return legs_of(Plan(workload="x", trials=trials, search=Search(**search)))  # type: ignore[arg-type]


def test_a_plain_search_is_one_leg_of_all_trials_on_all_data() -> None:
    (only,) = legs(trials=7)

    assert only == Leg(index=0, first=0, trials=7, share=1.0, study=0, study_first=0)


@pytest.mark.parametrize("carry", Carry)
def test_the_seeds_stages_have_their_shares_and_counts(carry: Carry) -> None:
    found = legs(stages=SEED, carry=carry)

    assert [(leg.first, leg.trials, leg.share) for leg in found] == [(0, 25, 0.1), (25, 25, 0.5), (50, 50, 1.0)]


def test_a_history_is_one_study_and_anything_else_is_one_for_each_stage() -> None:
    assert [(leg.study, leg.study_first) for leg in legs(stages=SEED, carry=Carry.HISTORY)] == [(0, 0)] * 3
    assert [(leg.study, leg.study_first) for leg in legs(stages=SEED, carry=Carry.NONE)] == [(0, 0), (1, 25), (2, 50)]


def test_the_best_are_handed_on_where_that_leaves_half_of_the_stage_to_find_others() -> None:
    assert [leg.given for leg in legs(stages=SEED, carry=Carry.BEST)] == [0, 5, 5]
    few = (Stage(trials=4, share=0.1), Stage(trials=3))
    assert [leg.given for leg in legs(trials=7, stages=few, carry=Carry.BEST)] == [0, 2]
    assert [leg.given for leg in legs(stages=SEED, carry=Carry.NONE)] == [0, 0, 0]


def test_a_search_on_less_data_ends_with_a_validation_on_all_of_it() -> None:
    *_, last = legs(trials=20, stages=(Stage(trials=20, share=0.25),), validated=5)

    assert (last.first, last.trials, last.share, last.given, last.study) == (20, 5, 1.0, 5, 1)
    assert last.is_validation
    assert last.is_new_study


def test_no_more_is_validated_than_the_last_stage_has() -> None:
    assert legs(trials=3, stages=(Stage(trials=3, share=0.25),), validated=5)[-1].trials == 3


@pytest.mark.parametrize("search", [{"validated": 5}, {"validated": 5, "racing": Racing.HALVING}])
def test_what_was_on_all_data_already_is_not_validated(search: dict[str, object]) -> None:
    assert not any(leg.is_validation for leg in legs(**search))
    assert not any(leg.is_validation for leg in legs(stages=SEED, **search))


STAGES = st.lists(st.builds(Stage, trials=st.integers(1, 30), share=st.floats(0.01, 1)), max_size=6).map(tuple)


@given(STAGES, st.integers(1, 200), st.sampled_from(Carry), st.integers(0, 9))
def test_the_plans_trials_are_the_budget_whatever_its_stages(
    stages: tuple[Stage, ...], trials: int, carry: Carry, validated: int
) -> None:
    plan = Plan(workload="x", trials=trials, search=Search(stages=stages, carry=carry, validated=validated))
    found = legs_of(plan)

    assert sum(leg.trials for leg in found if not leg.is_validation) == trials
    assert rows_planned(plan) - trials == sum(leg.trials for leg in found if leg.is_validation) <= validated
    for before, after in pairwise(found):
        assert after.first == before.first + before.trials
        assert after.is_new_study == (after.study != before.study)
        assert after.given <= before.trials


@pytest.mark.parametrize(
    ("name", "trials", "passes"),
    [("progressive", 100, 65), ("coarse-fine", 100, 100), ("subsample", 100, 30), ("large-dataset-mode", 50, 14)],
)
def test_the_data_that_a_lever_reads_is_what_its_page_says(name: str, trials: int, passes: float) -> None:
    """docs/levers/search.md reckons its ceilings from these."""
    assert passes_planned(lever(name)(Plan(workload="x", trials=trials))) == pytest.approx(passes)


def test_the_first_study_keeps_its_name() -> None:
    assert [study_name(study, "study") for study in range(3)] == ["study", "study-2", "study-3"]
