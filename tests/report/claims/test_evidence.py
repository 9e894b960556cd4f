"""Evidence read from records: the seed's claims against the reference reproduction that is kept in the repository."""

from pathlib import Path

import pytest

from harness.claims.ledger import SEED, seed_ledger
from harness.claims.rulings import SCHEMA, Evidence, Rulings, new_rulings
from harness.model.claim import Claim, EvidenceKind, Ruling
from harness.report.claims import build
from harness.report.claims.evidence import gather
from harness.report.claims.reproduced import cell
from harness.report.claims.summary import RulingsSummary
from harness.report.quantity import Unit
from harness.report.reproduction import build as build_reproduction
from harness.report.summary import Summary
from tests.fakes import EPOCH_S, MACHINE, fake_reproduction

REFERENCE = Path(__file__).parents[3] / "reports" / "reference" / "records"
CLAIMS = [one for one in seed_ledger().claims if one.evidence is EvidenceKind.REPRODUCTION]


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> RulingsSummary:
    """The seed's ledger with the reference reproduction as its only evidence."""
    root = tmp_path_factory.mktemp("home")
    for name in ("runs", "reproductions"):
        (root / name).symlink_to(REFERENCE / name)
    (manifest,) = (REFERENCE / "reproductions").glob("*.json")
    evidence = Evidence(
        kind=EvidenceKind.REPRODUCTION,
        claims=tuple(one.id for one in CLAIMS),
        ids=(manifest.stem,),
        command=("harness", "reproduce"),
    )
    rulings = Rulings(
        schema=SCHEMA,
        id="one",
        started_s=EPOCH_S,
        ledger="seed.toml",
        only=(),
        machine=MACHINE,
        command=("harness", "claims"),
        evidence=(evidence,),
    )
    return build(gather(new_rulings(root, rulings, SEED.read_text(encoding="utf-8"))), "0.0.0")


@pytest.fixture(scope="module")
def reproduced() -> Summary:
    return build_reproduction(*fake_reproduction())


@pytest.mark.parametrize("claim", CLAIMS, ids=[one.id for one in CLAIMS])
def test_a_claim_of_the_seed_that_a_reproduction_answers_is_ruled_on_as_its_ledger_expects(
    claim: Claim, ruled: RulingsSummary
) -> None:
    found = next(one for one in ruled.claims if one.id == claim.id)

    assert found.measured is not None, found.reason
    assert found.ruling is claim.expected, found.reason


def test_claims_that_wait_for_an_experiment_say_so(ruled: RulingsSummary) -> None:
    gc = next(one for one in ruled.claims if one.id == "gc-gain")

    assert ruled.is_partial
    assert (gc.ruling, gc.reason) == (Ruling.INCONCLUSIVE, "Nothing is ruled: its experiment has not been run yet.")


def test_a_quotient_of_cells_is_one_over_the_other(reproduced: Summary) -> None:
    bars = cell("bars.real / bars.synthetic", reproduced)

    assert bars.unit is Unit.RATIO
    assert bars.value == pytest.approx(cell("bars.ratio", reproduced).value)


def test_what_is_optunas_of_a_trial_is_a_small_share_of_it(reproduced: Summary) -> None:
    share, seconds = cell("orchestration_share", reproduced), cell("orchestration", reproduced)

    assert share.value is not None
    assert seconds.value is not None
    assert 0 < share.value < 1


@pytest.mark.parametrize("name", ["bar.real", "bars.left", "bars"])
def test_a_cell_that_is_none_names_those_that_are(name: str, reproduced: Summary) -> None:
    found = cell(name, reproduced)

    assert found.missing is not None
    assert f"no cell {name}" in found.missing
    assert "load" in found.missing


def test_records_that_are_gone_leave_their_claims_open(tmp_path: Path) -> None:
    evidence = Evidence(kind=EvidenceKind.COMPARISON, claims=("gc-gain",), ids=("gone",), command=("harness",))
    rulings = Rulings(
        schema=SCHEMA,
        id="one",
        started_s=EPOCH_S,
        ledger="seed.toml",
        only=("gc-gain",),
        machine=MACHINE,
        command=("harness", "claims"),
        evidence=(evidence,),
    )
    summary = build(gather(new_rulings(tmp_path, rulings, SEED.read_text(encoding="utf-8"))), "0.0.0")

    assert summary.claims[0].ruling is Ruling.INCONCLUSIVE
    assert "its records cannot be read" in summary.claims[0].reason
