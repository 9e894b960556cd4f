"""Two levers commute or contradict: which, is computed from the plans that they make."""

from itertools import product

import pytest

from harness.errors import InputError
from harness.levers.registry import all_levers, lever, levers
from harness.levers.relations import Relation, pull, relation
from tests.levers.plans import PLANS

SQLITE = PLANS["serial-sqlite"]


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_two_levers_commute_or_contradict(plan: object) -> None:
    """And what the first is to the second, the second is to the first, turned round."""
    turned = {Relation.CONTAINS: Relation.CONTAINED, Relation.CONTAINED: Relation.CONTAINS}
    for first, second in product(all_levers(), repeat=2):
        if first is second:
            continue
        found = relation(first, second, plan)  # type: ignore[arg-type]
        back = relation(second, first, plan)  # type: ignore[arg-type]
        assert back is turned.get(found, found)
        if found is Relation.COMMUTE:
            assert first(second(plan)) == second(first(plan))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("gc", "gc-off", Relation.CONTRADICT),
        ("reuse", "shared", Relation.CONTAINED),
        ("journal", "sqlite-tuned", Relation.CONTRADICT),
        ("progressive", "coarse-fine", Relation.CONTRADICT),
        ("gc", "reuse", Relation.COMMUTE),
        ("one-write", "compress", Relation.COMMUTE),
        ("racing", "coarse-fine", Relation.COMMUTE),
        ("large-dataset-mode", "one-write", Relation.CONTAINS),
        ("shared", "large-dataset-mode", Relation.CONTAINED),
        ("forkserver", "gc", Relation.UNKNOWN),
    ],
)
def test_known_pairs(first: str, second: str, found: Relation) -> None:
    assert relation(lever(first), lever(second), SQLITE) is found


def test_a_lever_that_changes_nothing_here_is_said_to_be_idle() -> None:
    assert relation(lever("processes"), lever("gc"), PLANS["processes"]) is Relation.IDLE


def test_levers_that_contradict_are_refused_with_what_they_both_decide() -> None:
    with pytest.raises(InputError, match="the levers gc and gc-off contradict: both decide on collector; pull one of"):
        pull(SQLITE, levers(["reuse", "gc", "gc-off"]))


def test_levers_that_a_plan_refuses_together_are_refused_with_its_reason() -> None:
    with pytest.raises(InputError, match="journal and sqlite-tuned contradict: tuning SQLite needs it as the storage"):
        pull(SQLITE, levers(["journal", "sqlite-tuned"]))


def test_levers_that_go_together_are_all_pulled() -> None:
    chosen = levers(["gc", "reuse", "one-write"])

    assert pull(SQLITE, chosen) == pull(SQLITE, chosen[::-1]) != SQLITE
