"""The ledger: what may be in one, and what is said of what may not."""

import re
from pathlib import Path

import pytest

from harness.claims.ledger import FIGURES, KNOWN, parse_ledger, read_ledger, seed_ledger
from harness.errors import InputError
from harness.levers.registry import all_levers
from harness.model.claim import Claim, EvidenceKind, Form, Quantity, Rule, Ruling, Span
from harness.model.plan import SamplerKind
from tests.claims.ledgers import LEDGER

SEED = seed_ledger()


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_ledger(text, "my.toml")
    return str(caught.value)


def test_claims_are_read_with_their_defaults_and_their_lines() -> None:
    ledger = parse_ledger(LEDGER, "a/talk.toml")
    gc, both = ledger.claims[:2]

    assert (ledger.name, ledger.title, len(ledger.claims)) == ("talk.toml", "A talk", 7)
    assert (gc.form, gc.claimed, gc.source, gc.line) == (Form.SAVES, Span(low=0.15, high=0.25), "a talk in March", 9)
    assert gc.plan is not None
    assert (gc.plan.trials, gc.plan.sampler) == (4, SamplerKind.NUMBERED)
    assert both.claimed == Span(low=2, high=None)
    assert [one.expected for one in ledger.claims[-2:]] == [Ruling.CONFIRMED, Ruling.NOT_TESTABLE]


def test_numbers_are_kept_in_the_quantitys_own_unit() -> None:
    memory = parse_ledger(LEDGER, "my.toml").claims[4]

    assert memory.quantity is Quantity.BYTES
    assert memory.claimed == Span(low=200e6, high=200e6)
    assert (memory.unit, memory.scale) == ("MB", 1e6)


@pytest.mark.parametrize(
    ("before", "after", "line", "expected"),
    [
        ('levers = ["gc"]', 'lever = ["gc"]', 13, "lever: there is no such field; did you mean 'levers'?"),
        ('levers = ["gc"]', 'levers = ["gcc"]', 13, "did you mean 'gc'?"),
        ('metric = "cpu"', 'metric = "cpus"', 14, "did you mean 'cpu'?"),
        ("saves = [0.15, 0.25]", "saves = [0.25, 0.15]", 12, "the lower one first"),
        ("saves = [0.15, 0.25]", 'saves = "much"', 12, "expected a number, not 'much'"),
        ("saves = [0.15, 0.25]", "saves = [15, 25]", 12, "expected shares of the cost below 1"),
        ("saves = [0.15, 0.25]", "value = 3\nsaves = 0.2", 12, "a claim has one range"),
        ("part = 0.5", "parts = 0.5", 18, "did you mean 'part'?"),
        ('rule = "ceiling"', 'rule = "roof"', 17, "expected one of ratio"),
        ("whole = 1.0", "whole = 0", 16, "nothing can be divided by 0"),
        ('id = "gc"', 'idd = "gc"', 10, "did you mean 'id'?"),
        ('id = "reuse"', 'id = "gc"', 28, "'gc' is the id of the claim in line 9 already"),
        ('unit = "bars"', 'unit = "pounds"', 37, "expected one of s, ms"),
        ('figure = "peak-memory"', 'figure = "peak"', 46, "expected one of memory-growth"),
        ('needs = "there is no cluster here"', "", 58, "nothing says how to test it"),
        ('cell = "bars.synthetic"', 'cell = "bars.synthetic"\nfigure = "cpu"', 39, "a claim is tested in one way"),
        ("trials = 4", "trials = 4.5", 7, "trials: expected a whole number"),
        ('sampler = "numbered"', 'sampler = "numbered", backend = "threads", workers = "2"', 7, "expected a number"),
    ],
)
def test_a_wrong_field_is_named_with_its_line_and_what_was_expected(
    before: str, after: str, line: int, expected: str
) -> None:
    assert before in LEDGER

    said = refusal(LEDGER.replace(before, after, 1))

    assert said.startswith(f"my.toml, line {line}: "), said
    assert expected in said


def test_what_is_no_toml_is_said_with_its_place() -> None:
    assert (
        refusal("[[claim]\n")
        == "my.toml is no TOML: Expected ']]' at the end of an array declaration (at line 1, column 8)"
    )


def test_a_ledger_without_claims_says_how_to_write_one() -> None:
    assert "has no claims: write each below a line [[claim]]" in refusal('title = "none"')


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml cannot be read: No such file"):
        read_ledger(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_ledger(tmp_path / "latin.toml")


def test_the_seeds_ledger_covers_its_numbers_and_is_checked_wherever_it_has_figures() -> None:
    assert len(SEED.claims) >= 60
    assert {one.evidence for one in SEED.claims} == set(EvidenceKind)
    used = {check.rule for one in SEED.claims for check in one.checks}
    assert used == set(Rule)


@pytest.mark.parametrize("claim", SEED.claims, ids=[one.id for one in SEED.claims])
def test_a_claim_of_the_seed_that_is_no_number_says_how_it_is_read(claim: Claim) -> None:
    is_open = claim.claimed is not None and claim.claimed.high is None
    assert not is_open or claim.reading is not None


def test_levers_and_the_seeds_claims_name_each_other() -> None:
    by_lever = {one.name: set(one.claims) for one in all_levers()}
    alone = {one.id: one.levers[0] for one in SEED.claims if len(one.levers) == 1}
    named = {name: {claim for claim, lever in alone.items() if lever == name} for name in by_lever}

    assert by_lever == named


def test_the_ledger_in_the_docs_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "claims.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)

    assert [one.id for one in parse_ledger(example, "docs.toml").claims] == ["reuse", "memory", "cluster"]
    assert all(f"`{rule.value}`" in page for rule in Rule)
    assert all(f"`{figure}`" in page for figure in FIGURES)
    assert all(f"`{field}" in page for field in KNOWN)
