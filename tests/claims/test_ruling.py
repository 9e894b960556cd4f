"""Rulings: the answers, in every place that an interval can lie in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.claims.arithmetic import check
from harness.claims.measured import Measured, Sample, not_measured
from harness.claims.ruling import Ruled, rule, stopped_holding
from harness.model.claim import Check, Claim, EvidenceKind, Form, Quantity, Rule, Ruling, Span
from harness.stats.interval import Interval
from tests.claims.ledgers import claim

NUMBER = claim(form=Form.VALUE, quantity=Quantity.RATIO, claimed=Span(low=10.0, high=12.0), levers=())
LOW = Check(rule=Rule.CEILING, part=0.002)


def ruled(one: Claim, low: float | None, value: float, high: float | None, spread: float | None = None) -> Ruled:
    samples = tuple(Sample(label=f"pair {index}", value=value, runs=()) for index in range(6))
    interval = Interval(value=value, low=low, high=high)
    return rule(one, check(one), Measured(interval=interval, samples=samples, spread=spread, alpha=0.01))


@pytest.mark.parametrize(
    ("low", "value", "high", "ruling"),
    [
        (0.21, 0.25, 0.29, Ruling.CONFIRMED),
        (0.35, 0.40, 0.45, Ruling.CONFIRMED),  # more than claimed
        (0.05, 0.12, 0.18, Ruling.OVERSTATED),
        (-0.20, -0.10, -0.02, Ruling.REFUTED),  # the opposite
        (-0.02, 0.01, 0.03, Ruling.REFUTED),  # nothing within the margin
        (0.01, 0.03, 0.05, Ruling.REFUTED),  # something, but within the margin
        (-0.15, 0.01, 0.12, Ruling.REFUTED),  # whatever it is, it is less than claimed, and may be nothing
        (0.05, 0.18, 0.28, Ruling.INCONCLUSIVE),
        (-0.3, 0.1, 0.5, Ruling.INCONCLUSIVE),
        (None, 0.25, None, Ruling.INCONCLUSIVE),  # no interval
    ],
)
def test_a_claimed_gain_is_ruled_on_by_where_its_interval_lies(
    low: float | None, value: float, high: float | None, ruling: Ruling
) -> None:
    assert ruled(claim(), low, value, high).ruling is ruling


def test_the_same_claim_as_times_faster_is_ruled_on_alike() -> None:
    faster = claim(form=Form.FASTER, claimed=Span(low=1.25, high=1.43))

    assert ruled(faster, 1.3, 1.35, 1.4).ruling is Ruling.CONFIRMED
    assert ruled(faster, 1.12, 1.15, 1.2).ruling is Ruling.OVERSTATED
    assert ruled(faster, 0.7, 0.8, 0.9).ruling is Ruling.REFUTED


def test_a_small_claim_may_not_be_dismissed_as_nothing() -> None:
    small = claim(claimed=Span(low=0.03, high=0.05))

    assert ruled(small, 0.018, 0.02, 0.025).ruling is Ruling.OVERSTATED
    assert ruled(small, -0.01, 0.0, 0.01).ruling is Ruling.REFUTED


def test_what_is_open_says_how_many_pairs_would_tell() -> None:
    found = ruled(claim(), 0.05, 0.17, 0.28, spread=0.1)

    assert found.pairs_needed is not None
    assert f"About {found.pairs_needed} more pairs would tell." in found.reason


def test_above_the_ceiling_of_its_own_figures_is_refuted_unless_it_is_there_to_see() -> None:
    impossible = claim(checks=(LOW,))

    assert rule(impossible, check(impossible), not_measured("not run")).ruling is Ruling.REFUTED
    assert ruled(impossible, 0.05, 0.12, 0.18).ruling is Ruling.REFUTED
    assert ruled(impossible, 0.21, 0.25, 0.29).ruling is Ruling.CONFIRMED


@pytest.mark.parametrize(("low", "ruling"), [(10.0, Ruling.REFUTED), (3.0, Ruling.INCONCLUSIVE)])
def test_a_gain_that_cannot_be_so_large_is_refuted_without_a_ratio(low: float, ruling: Ruling) -> None:
    one = claim(form=Form.FASTER, claimed=Span(low=low, high=None))
    found = rule(one, check(one), Measured(missing="only 0 of 10 searches became as good", most=3.7))

    assert found.ruling is ruling
    assert "only 0 of 10 searches became as good" in found.reason
    assert ("by what was spent, it is at most 3.7× as fast" in found.reason) is (ruling is Ruling.REFUTED)


def test_nothing_is_ruled_where_the_experiment_is_not_sound() -> None:
    unsound = Measured(interval=Interval(value=0.25, low=0.24, high=0.26), unsound="two arms that are the same differ")

    found = rule(claim(), check(claim()), unsound)

    assert found.ruling is Ruling.INCONCLUSIVE
    assert found.reason == (
        "Nothing is ruled: two arms that are the same differ. What was measured: 25 % saved (24 % to 26 %)."
    )


@pytest.mark.parametrize(
    ("low", "value", "high", "tolerance", "ruling"),
    [
        (None, 11.0, None, 0.0, Ruling.CONFIRMED),
        (10.5, 11.0, 11.5, 0.0, Ruling.CONFIRMED),
        (None, 14.0, None, 0.0, Ruling.REFUTED),
        (None, 14.0, None, 0.5, Ruling.CONFIRMED),
        (11.0, 12.0, 13.0, 0.0, Ruling.INCONCLUSIVE),
        (12.5, 13.0, 13.5, 0.0, Ruling.REFUTED),
    ],
)
def test_a_claimed_number_is_ruled_on_by_whether_it_is_that_number(
    low: float | None, value: float, high: float | None, tolerance: float, ruling: Ruling
) -> None:
    assert ruled(claim(**_fields(tolerance)), low, value, high).ruling is ruling


def _fields(tolerance: float) -> dict[str, object]:
    return {"form": Form.VALUE, "quantity": Quantity.RATIO, "claimed": NUMBER.claimed, "tolerance": tolerance}


@pytest.mark.parametrize(
    ("low", "high", "ruling"),
    [(-0.4, -0.3, Ruling.CONFIRMED), (0.02, 0.08, Ruling.CONFIRMED), (0.3, 0.5, Ruling.REFUTED)],
)
def test_a_claim_that_there_is_next_to_nothing_to_gain_holds_where_there_is_less(
    low: float, high: float, ruling: Ruling
) -> None:
    assert ruled(claim(claimed=Span(low=0.0, high=0.1)), low, (low + high) / 2, high).ruling is ruling


def test_a_claim_that_is_a_sum_is_ruled_on_by_its_sum() -> None:
    wrong = Check(rule=Rule.SUM, terms=(2.0, 2.0), stated=Span(low=5, high=5), tolerance=0.0)
    one = claim(evidence=EvidenceKind.ARITHMETIC, claimed=None, checks=(wrong,))

    assert rule(one, check(one), not_measured("")).ruling is Ruling.REFUTED


def test_what_needs_something_else_is_not_testable_here_and_its_ceiling_is_still_checked() -> None:
    one = claim(needs="there is no cluster", evidence=EvidenceKind.NONE, checks=(LOW,))
    found = rule(one, check(one), not_measured(""))

    assert found.ruling is Ruling.NOT_TESTABLE
    assert found.reason == "Not testable here: there is no cluster. Its own figures leave no room for it."
    other = rule(claim(), check(claim()), Measured(inapplicable="gc does not apply"))
    assert other.ruling is Ruling.NOT_TESTABLE


@given(
    st.floats(0.02, 0.8),
    st.floats(0, 0.1),
    st.floats(-2, 0.9),
    st.floats(0, 0.5),
    st.floats(0, 0.09),
)
def test_exactly_one_ruling_is_given_wherever_the_interval_lies(
    low: float, wide: float, value: float, below: float, above: float
) -> None:
    one = claim(claimed=Span(low=low, high=low + wide))
    found = ruled(one, value - below, value, value + above)

    if found.ruling is Ruling.CONFIRMED:
        assert value - below >= low - 1e-9
    if found.ruling is Ruling.OVERSTATED:
        assert value - below > 0
        assert value + above < low
    if found.ruling is Ruling.REFUTED:
        assert value + above < low + 1e-9
    assert found.reason.endswith(".")


def test_a_check_fails_on_what_stopped_holding_and_on_what_is_open_only_if_strict() -> None:
    held = Ruled(ruling=Ruling.CONFIRMED, reason="")
    fell = Ruled(ruling=Ruling.REFUTED, reason="")
    still = Ruled(ruling=Ruling.INCONCLUSIVE, reason="")

    assert not stopped_holding(claim(), held, strict=True)
    assert stopped_holding(claim(), fell, strict=False)
    assert not stopped_holding(claim(), still, strict=False)
    assert stopped_holding(claim(), still, strict=True)
    assert not stopped_holding(claim(expected=Ruling.REFUTED), fell, strict=True)
