import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.findings.finding import Finding

GOOD = Finding(
    rule="row-callback",
    title="One line is slow",
    evidence=(),
    basis="Measured.",
    remedy="Mend it.",
    command="harness run optimise.py",
)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "Row callback"},
        {"ceiling_share": 1.01, "ceiling_s_per_trial": 1.0},
        {"ceiling_share": float("nan"), "ceiling_s_per_trial": 1.0},
        {"ceiling_share": 0.5, "ceiling_s_per_trial": -1.0},
        {"ceiling_share": 0.5, "ceiling_s_per_trial": float("nan")},
        {"ceiling_bytes": -1.0},
        {"ceiling_share": 0.5},
        {"ceiling_s_per_trial": 0.5},
    ],
)
def test_a_finding_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"kebab-case|ceiling"):
        dataclasses.replace(GOOD, **changes)


@given(
    st.lists(
        st.tuples(st.none() | st.floats(0, 1), st.none() | st.floats(0, 1e12), st.sampled_from(["a", "b"])), max_size=8
    )
)
def test_order_puts_shares_before_bytes_before_the_rest(given_: list[tuple[float | None, float | None, str]]) -> None:
    findings = [
        dataclasses.replace(GOOD, rule=rule, ceiling_share=share, ceiling_s_per_trial=share, ceiling_bytes=size)
        for share, size, rule in given_
    ]
    ordered = sorted(findings, key=lambda finding: finding.order)
    kinds = [
        0 if finding.ceiling_share is not None else 1 if finding.ceiling_bytes is not None else 2 for finding in ordered
    ]
    assert kinds == sorted(kinds)
    shares = [finding.ceiling_share for finding in ordered if finding.ceiling_share is not None]
    assert shares == sorted(shares, reverse=True)


def finding(**changes: Any) -> Finding:
    return dataclasses.replace(GOOD, **changes)


def test_order_goes_by_what_is_likely_not_by_what_is_possible() -> None:
    possible = finding(rule="a", ceiling_share=0.6, ceiling_s_per_trial=0.6, likely_share=0.1)
    likely = finding(rule="b", ceiling_share=0.3, ceiling_s_per_trial=0.3)
    assert sorted((possible, likely), key=lambda one: one.order) == [likely, possible]


def test_what_is_certain_comes_before_what_may_be_and_a_loss_before_both() -> None:
    maybe = finding(rule="a", ceiling_share=0.9, ceiling_s_per_trial=0.9, is_certain=False)
    sure = finding(rule="b", ceiling_share=0.1, ceiling_s_per_trial=0.1)
    loss = finding(rule="c", is_loss=True)
    assert sorted((maybe, sure, loss), key=lambda one: one.order) == [loss, sure, maybe]


@pytest.mark.parametrize("likely", [-0.1, 0.4, float("nan")])
def test_a_likely_saving_lies_between_none_and_the_ceiling(likely: float) -> None:
    with pytest.raises(ValueError, match="likely"):
        finding(ceiling_share=0.3, ceiling_s_per_trial=0.3, likely_share=likely)
