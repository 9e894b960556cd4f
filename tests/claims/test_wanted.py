"""Experiments: claims that one can answer share it."""

from harness.claims.commands import command_of
from harness.claims.ledger import parse_ledger, seed_ledger
from harness.claims.wanted import wanted
from harness.model.claim import EvidenceKind
from harness.model.comparison import Design
from tests.claims.ledgers import LEDGER


def test_levers_on_the_same_plan_share_a_comparison_and_those_together_have_their_own() -> None:
    found = wanted(parse_ledger(LEDGER, "my.toml").claims)

    assert [(one.kind, one.claims, one.levers, one.design) for one in found] == [
        (EvidenceKind.COMPARISON, ("gc", "reuse"), ("gc", "reuse"), Design.ONE_AT_A_TIME),
        (EvidenceKind.COMPARISON, ("both",), ("gc", "reuse"), Design.CUMULATIVE),
        (EvidenceKind.REPRODUCTION, ("size",), (), Design.ONE_AT_A_TIME),
        (EvidenceKind.STUDY, ("memory",), (), Design.ONE_AT_A_TIME),
    ]


def test_every_claim_of_the_seed_that_is_measured_has_one_experiment() -> None:
    claims = seed_ledger().claims
    named = [name for one in wanted(claims) for name in one.claims]
    measured = [
        one.id
        for one in claims
        if one.needs is None and one.evidence not in (EvidenceKind.ARITHMETIC, EvidenceKind.NONE)
    ]

    assert sorted(named) == sorted(measured)


def test_a_search_is_repeated_with_as_many_seeds_as_pairs_were_asked_for() -> None:
    claims = {one.id: one for one in seed_ledger().claims}
    (search,) = wanted([claims["progressive-gain"]])
    (cost,) = wanted([claims["gc-gain"]])

    assert "--seeds 12" in " ".join(command_of(search, None, 12))
    assert "--seeds" not in command_of(search, None, 4)
    assert "--seeds" not in command_of(cost, None, 12)
