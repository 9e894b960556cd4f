"""Levers are found by what is typed; what cannot be meant is refused with the way out."""

import pytest

from harness.errors import InputError
from harness.levers.registry import lever, levers
from harness.model.plan import Plan
from harness.model.search import Racing


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("gcc", r"there is no lever 'gcc' \(did you mean 'gc'\?\)"),
        ("reusing", r"there is no lever 'reusing' \(did you mean 'reuse'\?\)"),
        ("warp", r"there is no lever 'warp': `harness levers` lists them"),
        ("gc:often", "the lever gc takes no argument"),
        ("reuse:", "the argument of 'reuse:' is missing"),
    ],
)
def test_a_name_that_is_none(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        lever(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("memo:64ZiB", "'64ZiB' is no size"),
        ("memo:ema/much", "'much' is no size"),
        ("progressive:25", "is no schedule of stages"),
        ("progressive:25@2", "a stage's share of the data"),
        ("progressive:25@0.1/all", "is no schedule of stages"),
        ("subsample:2", "a share of the data is a number between 0 and 1"),
        ("racing:hare", "racing takes median, halving, wilcoxon, not 'hare'"),
    ],
)
def test_an_argument_that_is_none(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        lever(text)(Plan(workload="w"))


def test_an_argument_is_part_of_the_name() -> None:
    found = lever("racing:median")

    assert found.label == "racing:median"
    assert found(Plan(workload="w")).search.racing is Racing.MEDIAN


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("reuse:bars", "bars"),
        ("shared:bars", "bars"),
        ("memo:ema", "ema"),
        ("memo:ema/64MiB", "ema"),
        ("precompute:ema", "ema"),
        ("memo:64MiB", None),
        ("reuse", None),
        ("racing:median", None),
    ],
)
def test_an_argument_may_name_the_source_or_feature_that_it_acts_on(text: str, mark: str | None) -> None:
    assert lever(text).mark == mark


def test_a_lever_that_is_given_twice() -> None:
    with pytest.raises(InputError, match="the lever gc is given twice"):
        levers(["gc", "reuse", "gc"])


def test_a_lever_may_be_given_with_two_arguments() -> None:
    assert [one.label for one in levers(["memo:1MB", "memo:2MB"])] == ["memo:1MB", "memo:2MB"]
