"""What the search levers make of a plan: exact stages, equal budgets, a preset that is made of the others."""

from dataclasses import replace

import pytest

from harness.errors import InputError
from harness.levers.registry import lever
from harness.levers.traits import Traits
from harness.model.plan import Backend, DataAccess, FeatureAccess, Plan, StorageKind, WorkerRule, Writes
from harness.model.search import Carry, Portion, Racing, Stage

PLAN = Plan(workload="x", trials=100)
MARKED = Traits(sources=("bars",), rows=262_782, reports=False)


def test_progressive_is_the_seeds_schedule_and_hands_on_the_best() -> None:
    search = lever("progressive")(PLAN).search

    assert search.stages == (Stage(trials=25, share=0.1), Stage(trials=25, share=0.5), Stage(trials=50))
    assert search.carry is Carry.BEST


def test_any_schedule_has_the_plans_number_of_trials() -> None:
    search = lever("progressive:1@0.2+3@1/history")(PLAN).search

    assert search.stages == (Stage(trials=25, share=0.2), Stage(trials=75))
    assert search.carry is Carry.HISTORY


@pytest.mark.parametrize("text", ["progressive:blocks", "progressive:25@0.1+25@0.5+50@1/best/blocks"])
def test_stages_may_take_blocks_instead_of_the_first_rows(text: str) -> None:
    search = lever(text)(PLAN).search

    assert search == replace(lever("progressive")(PLAN).search, portion=Portion.BLOCKS)


@pytest.mark.parametrize("text", ["racing:blocks", "racing:halving/blocks"])
def test_a_race_may_take_blocks_as_well(text: str) -> None:
    search = lever(text)(PLAN).search

    assert (search.racing, search.portion) == (Racing.HALVING, Portion.BLOCKS)


def test_coarse_fine_narrows_on_all_the_data_with_one_history() -> None:
    search = lever("coarse-fine")(PLAN).search

    assert [(stage.share, stage.width) for stage in search.stages] == [(1.0, 1.0), (1.0, 0.5), (1.0, 0.25)]
    assert search.carry is Carry.HISTORY


def test_subsample_takes_blocks_and_validates_the_best() -> None:
    search = lever("subsample:0.2")(PLAN).search

    assert (search.stages, search.portion, search.validated) == ((Stage(trials=100, share=0.2),), Portion.BLOCKS, 5)


def test_racing_halves_unless_another_pruner_is_named() -> None:
    assert lever("racing")(PLAN).search.racing is Racing.HALVING
    assert lever("racing:median")(PLAN).search.racing is Racing.MEDIAN


def test_wilcoxon_has_enough_blocks_to_tell_a_difference() -> None:
    search = lever("racing:wilcoxon")(PLAN).search

    assert (search.portion, search.blocks) == (Portion.BLOCKS, 8)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("progressive:25", "is no schedule"),
        ("progressive:25@0.1/all", "is no schedule"),
        ("progressive:25@1.5", "share of the data is above 0 and at most 1"),
        ("progressive:0@0.5", "at least one trial"),
        ("subsample:2", "between 0 and 1"),
        ("subsample:half", "between 0 and 1"),
        ("racing:fast", "racing takes median, halving, wilcoxon"),
    ],
)
def test_an_argument_that_means_nothing_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        lever(text)(PLAN)


@pytest.mark.parametrize("name", ["progressive", "coarse-fine", "subsample", "racing", "large-dataset-mode"])
def test_several_objectives_are_refused(name: str) -> None:
    assert "best is defined for one" in (
        lever(name).refusal(PLAN, Traits(sources=("bars",), rows=10**6, objectives=2)) or ""
    )


def test_large_dataset_mode_asks_for_a_large_dataset() -> None:
    mode = lever("large-dataset-mode")

    assert mode.refusal(PLAN, MARKED) is None
    assert "more than 100,000 are large" in (mode.refusal(PLAN, Traits(sources=("bars",), rows=5_000)) or "")
    assert "not known" in (mode.refusal(PLAN, Traits(sources=("bars",))) or "")


def test_large_dataset_mode_is_made_of_the_others() -> None:
    base = Plan(workload="x", trials=50, backend=Backend.PROCESSES, storage=StorageKind.SQLITE, workers=4)
    plan = lever("large-dataset-mode")(base)

    assert (plan.data, plan.features) == (DataAccess.SHARED, FeatureAccess.MEMO)
    assert (plan.writes, plan.worker_rule) == (Writes.AT_END, WorkerRule.ADAPTIVE)
    assert [(stage.trials, stage.share) for stage in plan.search.stages] == [(40, 0.1), (10, 1.0)]
    assert (plan.search.portion, plan.search.carry) == (Portion.BLOCKS, Carry.BEST)


def test_large_dataset_mode_takes_any_plan() -> None:
    serial = lever("large-dataset-mode")(Plan(workload="x", trials=1))

    assert (serial.writes, serial.worker_rule) == (Writes.EACH, WorkerRule.GIVEN)
    assert (serial.search.stages, serial.search.validated) == ((Stage(trials=1, share=0.1),), 5)
