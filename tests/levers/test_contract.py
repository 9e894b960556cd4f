"""What every lever owes: it is pure, documented, benchmarked, and claimed by somebody or says why not."""

import re
from contextlib import suppress
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.levers.lever import Fidelity, Lever
from harness.levers.registry import all_levers, lever_names
from harness.levers.traits import Traits
from harness.model.codec import decode, encode
from harness.model.plan import Plan
from tests.levers.plans import PLANS

ROOT = Path(__file__).parents[2]
EVERY = pytest.mark.parametrize("one", all_levers(), ids=lever_names())
SEEN = Traits(
    sources=("bars",),
    features=("ema",),
    gridded=("ema",),
    rows=262_782,
    attributes_per_trial=110.0,
    largest_attribute_bytes=9_000,
    reports=False,
    settings=("bars", "first", "rung", "attributes"),
)


def pulled(one: Lever) -> dict[str, Plan]:
    """The plans that take the lever."""
    found = {}
    for name, plan in PLANS.items():
        with suppress(InputError):
            found[name] = one(plan)
    return found


@EVERY
def test_it_changes_a_plan_somewhere_and_leaves_the_one_it_was_given(one: Lever) -> None:
    before = {name: encode(plan) for name, plan in PLANS.items()}

    changed = [name for name, plan in pulled(one).items() if plan != PLANS[name]]

    assert changed
    assert {name: encode(plan) for name, plan in PLANS.items()} == before


@EVERY
def test_pulling_it_twice_is_pulling_it_once(one: Lever) -> None:
    for plan in pulled(one).values():
        assert one(plan) == plan


@EVERY
def test_the_same_plan_comes_of_it_every_time(one: Lever) -> None:
    assert pulled(one) == pulled(one)


@EVERY
def test_what_it_makes_can_be_kept_in_a_record(one: Lever) -> None:
    for plan in pulled(one).values():
        assert decode(Plan, encode(plan)) == plan


@EVERY
def test_it_never_touches_which_study_is_run(one: Lever) -> None:
    """Workload and seed are the question; only a search may choose its own trials."""
    for name, plan in pulled(one).items():
        assert (plan.workload, plan.seed) == (PLANS[name].workload, PLANS[name].seed)
        assert plan.trials == PLANS[name].trials


@EVERY
def test_an_identical_or_reordered_lever_leaves_the_search_alone(one: Lever) -> None:
    for name, plan in pulled(one).items():
        if one.fidelity is not Fidelity.APPROXIMATE:
            assert plan.search == PLANS[name].search
            assert plan.share == PLANS[name].share


@EVERY
def test_it_is_claimed_or_says_why_not(one: Lever) -> None:
    assert bool(one.claims) != bool(one.no_claim)


@EVERY
def test_its_summary_is_one_sentence(one: Lever) -> None:
    assert one.summary.endswith(".")
    assert len(one.summary) < 180


@EVERY
def test_a_plan_and_a_workload_that_have_all_it_needs_are_not_refused(one: Lever) -> None:
    assert any(one.refusal(plan, SEEN) is None for plan in PLANS.values())


@EVERY
def test_what_it_requires_is_refused_in_words_where_it_is_missing(one: Lever) -> None:
    bare = Traits(attributes_per_trial=0.0, objectives=2, reports=True)
    refusals = [one.refusal(plan, bare) for plan in PLANS.values()]

    if one.requires:
        assert all(why is None or len(why) > 20 for why in refusals)
        assert any(refusals)
    else:
        assert refusals == [None] * len(PLANS)


def test_every_choice_of_a_plan_that_costs_something_is_some_levers() -> None:
    """A new field of Plan is the question, or some lever's to change."""
    question = {"workload", "trials", "seed", "sampler", "timeout_s", "share", "replay", "slowdown"}
    question |= {"directions", "needs_direction", "startup_grace_s"}  # what is optimized, and a probe's patience
    arguments = {"memo_bytes", "only", "workers"}
    changed = {
        field.name
        for one in all_levers()
        for name, plan in pulled(one).items()
        for field in fields(Plan)
        if getattr(plan, field.name) != getattr(PLANS[name], field.name)
    }

    assert {field.name for field in fields(Plan)} - changed == question | arguments


def test_every_lever_has_a_section_of_its_own_in_the_docs() -> None:
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "levers").glob("*.md")))

    assert sorted(re.findall(r"^## ([a-z-]+)$", pages, flags=re.MULTILINE)) == sorted(lever_names())


def test_every_lever_is_benchmarked_on_and_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    ids = {case.id for case in import_module("cases").CASES}

    assert ids >= {f"lever-{name}-{state}" for name in lever_names() for state in ("on", "off")}
