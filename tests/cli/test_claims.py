"""`harness claims`: what is refused before anything runs, its commands, and how a check ends."""

import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from harness.claims.commands import command_of
from harness.claims.ledger import seed_ledger
from harness.claims.rulings import Evidence, Rulings, new_rulings
from harness.claims.wanted import Wanted, wanted
from harness.cli.claims import StoppedHoldingError, claims, request_of, show_rulings
from harness.cli.report import report
from harness.errors import ExitCode, InputError, RunError
from harness.model.claim import EvidenceKind
from tests.claims.ledgers import LEDGER
from tests.fakes import EPOCH_S, MACHINE

COMPARISONS = [one for one in wanted(seed_ledger().claims) if one.kind is EvidenceKind.COMPARISON]
ONLY_SUMS = "[[claim]]" + LEDGER.split("[[claim]]")[-2]


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger that only needs a pencil, with its records' home beside it."""
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    path = tmp_path / "sums.toml"
    path.write_text(f'[defaults]\nsource = "school"\n{ONLY_SUMS}', encoding="utf-8")
    return path


def invoke(*words: str) -> Any:
    app = typer.Typer()
    app.command()(claims)
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize("one", COMPARISONS, ids=lambda one: one.claims[0])
def test_the_command_of_a_comparison_asks_for_the_plan_and_the_levers_of_its_claims(
    one: Wanted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    comparing = import_module("harness.cli.compare")
    asked = []

    def begin(request: Any) -> Path:
        asked.append(request)
        raise InputError("enough is known")

    monkeypatch.setattr(comparing, "_begin", begin)
    app = typer.Typer()
    app.command()(comparing.compare)
    words = command_of(one, None)
    CliRunner().invoke(app, [*words[2:], "--out", str(tmp_path)])

    assert asked, shlex.join(words)
    assert asked[0].base == one.plan
    assert tuple(lever.label for lever in asked[0].levers) == one.levers
    assert asked[0].design is one.design


def test_a_check_ends_with_its_own_code_where_a_claim_stopped_holding(ledger: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = invoke(str(ledger), "--check", "--out", str(out))

    assert isinstance(done.exception, StoppedHoldingError)
    assert done.exception.exit_code == ExitCode.REFUTED == 5
    assert "harness: sum is refuted, expected confirmed: Its own figures do not come to what it says." in done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["index.html", "report.json", "report.md"]


def test_what_the_ledger_expects_passes_a_check(ledger: Path, tmp_path: Path) -> None:
    ledger.write_text(ledger.read_text().replace("arithmetic = true", 'arithmetic = true\nexpected = "refuted"'))

    assert invoke(str(ledger), "--check", "--strict", "--out", str(tmp_path / "out")).exit_code == 0


def test_without_a_check_a_refuted_claim_is_no_failure(ledger: Path, tmp_path: Path) -> None:
    done = invoke(str(ledger), "--json", "--out", str(tmp_path / "out"))

    assert done.exit_code == 0
    assert '"kind": "rulings"' in done.stdout


def test_rulings_are_rendered_again_from_their_records(ledger: Path, tmp_path: Path) -> None:
    assert invoke(str(ledger), "--out", str(tmp_path / "out")).exit_code == 0
    app = typer.Typer()
    app.command()(report)
    (folder,) = (tmp_path / "home" / "claims").iterdir()
    again = CliRunner().invoke(app, [folder.name, "--out", str(tmp_path / "again")])

    assert again.exit_code == 0
    assert (tmp_path / "again" / "index.html").read_text() == (tmp_path / "out" / "index.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--only", "summ"), "did you mean 'sum'?"),
        (("--strict",), "give both"),
        (("--only", ""), "--only names no claims"),
        (("--only", " , "), "--only names no claims"),
        (("--from", ","), "--from names no records"),
        (("--pairs", "2"), "too few for any verdict"),
        (("--trials", "0"), "at least one trial"),
        (("--from", "nothing"), "there is no record 'nothing'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(ledger: Path, words: tuple[str, ...], said: str) -> None:
    done = invoke(str(ledger), *words)

    assert isinstance(done.exception, InputError)
    assert said in str(done.exception)


def test_resuming_is_asked_for_alone(ledger: Path) -> None:
    done = invoke(str(ledger), "--resume", "x")

    assert isinstance(done.exception, InputError)
    assert "give it alone" in str(done.exception)


def test_a_request_keeps_the_words_that_repeat_it(ledger: Path) -> None:
    request = request_of(ledger, "sum", 3, 5, None)

    assert request.command == ("harness", "claims", str(ledger), "--only", "sum", "--trials", "3", "--pairs", "5")


def test_an_experiment_that_failed_is_said_after_the_report(ledger: Path, tmp_path: Path) -> None:
    failed = Evidence(
        kind=EvidenceKind.STUDY, claims=("memory",), ids=(), command=("harness", "claims"), failed="it raised"
    )
    rulings = Rulings(
        schema=1,
        id="one",
        started_s=EPOCH_S,
        ledger="my.toml",
        only=("memory",),
        machine=MACHINE,
        command=("harness", "claims", "my.toml"),
        evidence=(failed,),
    )
    folder = new_rulings(tmp_path / "home", rulings, LEDGER)
    summary = show_rulings(folder, tmp_path / "out", as_json=False)

    with pytest.raises(
        RunError, match="an experiment did not end well, and the claims that need it are open: it raised"
    ):
        import_module("harness.cli.claims")._fail(summary, tmp_path, is_checked=False)
    assert summary.claims[0].reason == "Nothing is ruled: it raised."
