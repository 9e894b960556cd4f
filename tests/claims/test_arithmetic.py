"""Arithmetic: a claim against its claimant's own figures, with a line that can be worked again."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.claims.arithmetic import check, number, percent, times_faster
from harness.claims.ledger import seed_ledger
from harness.model.claim import Check, Consistency, Form, Rule, Span
from harness.model.search import Stage
from tests.claims.ledgers import claim

SEED = {one.id: one for one in seed_ledger().claims}


@pytest.mark.parametrize(
    ("name", "consistency", "line"),
    [
        ("size-ratio", Consistency.CONSISTENT, "262,782 ÷ 5,000 = 52.56; stated: 52.6"),
        ("linear-share", Consistency.CONSISTENT, "275 ÷ 1,050 = 26.2 %; stated: 26 %"),
        ("linear-formula", Consistency.INCONSISTENT, "20 × 50 = 1,000 s; stated: 20 s"),
        (
            "combined-gain",
            Consistency.CONSISTENT,
            "1 − 0.9 × 0.8 × 0.85 = 38.8 % and 1 − 0.8 × 0.7 × 0.75 = 58 %; stated: 40 % to 50 %",
        ),
    ],
)
def test_the_seeds_sums_are_worked(name: str, consistency: Consistency, line: str) -> None:
    found = check(SEED[name])

    assert found.consistency is consistency
    assert found.worked[0].line == line


def test_reuse_cannot_save_more_than_loading_takes() -> None:
    found = check(SEED["reuse-gain"])

    assert found.consistency is Consistency.IMPOSSIBLE
    assert found.ceiling == pytest.approx(0.031 / 17.06)
    assert found.worked[0].line.startswith(
        "0.031 s of 17.06 s is 0.182 %: at most 0.182 % saved (1.002×); claimed: 20 %"
    )


def test_the_seeds_schedule_saves_at_most_35_percent() -> None:
    found = check(SEED["progressive-gain"])

    assert found.consistency is Consistency.IMPOSSIBLE
    assert found.ceiling == pytest.approx(0.35)
    assert "= 65 whole trials' work in 100 trials: at most 35 % saved (1.538×)" in found.worked[0].line


def test_a_range_that_fits_below_its_ceiling_only_in_part_does_not_add_up() -> None:
    part = Check(rule=Rule.CEILING, part=0.25)

    assert check(claim(checks=(part,))).consistency is Consistency.INCONSISTENT
    assert check(claim(checks=(part,), claimed=Span(low=0.1, high=0.25))).consistency is Consistency.CONSISTENT
    assert check(claim(checks=(part,), claimed=Span(low=0.3, high=None))).consistency is Consistency.IMPOSSIBLE


def test_the_worst_of_several_checks_counts() -> None:
    checks = SEED["orchestration-per-trial"].checks

    assert [check(claim(checks=(one,))).consistency for one in checks] == [
        Consistency.CONSISTENT,
        Consistency.INCONSISTENT,
    ]
    assert check(claim(checks=checks)).consistency is Consistency.INCONSISTENT
    assert check(claim(checks=())).consistency is Consistency.NOT_CHECKABLE


@pytest.mark.parametrize(("stated", "is_near"), [(52.6, True), (52.5, False), (53.0, True), (210_000.0, False)])
def test_a_stated_number_is_as_exact_as_it_is_rounded(stated: float, *, is_near: bool) -> None:
    one = Check(rule=Rule.RATIO, times=(262_782.0,), over=(5_000.0,), stated=Span(low=stated, high=stated))

    assert (check(claim(checks=(one,))).consistency is Consistency.CONSISTENT) is is_near


@given(st.lists(st.tuples(st.integers(1, 100), st.floats(0.01, 1)), min_size=1, max_size=6))
def test_a_schedule_never_saves_more_than_its_smallest_share_leaves(stages: list[tuple[int, float]]) -> None:
    made = tuple(Stage(trials=trials, share=share) for trials, share in stages)
    found = check(claim(checks=(Check(rule=Rule.SCHEDULE, stages=made),))).ceiling

    assert found is not None
    assert -1e-9 <= found <= 1 - min(share for _, share in stages) + 1e-9


@given(st.floats(-3, 0.99))
def test_savings_and_times_faster_are_the_same_thing(saving: float) -> None:
    assert 1 - 1 / times_faster(saving) == pytest.approx(saving, abs=1e-9)
    assert claim(form=Form.FASTER).form is Form.FASTER


def test_numbers_are_written_as_people_do() -> None:
    assert [number(value) for value in (262_782, 0.031, 1.5, 1e-9)] == ["262,782", "0.031", "1.5", "0.000000001"]
    assert [percent(value) for value in (0.35, 0.00182, -0.05)] == ["35 %", "0.182 %", "−5 %"]
    assert times_faster(1.0) == math.inf
