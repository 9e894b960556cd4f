"""The committed rulings are what their committed records give today, and say nothing of whose machine it was."""

import re
from pathlib import Path

import pytest

from harness import __version__
from harness.claims.ledger import seed_ledger
from harness.report.claims import build, console, json_export, markdown
from harness.report.claims.evidence import Gathered, gather

ROOT = Path(__file__).parents[3]
CLAIMS = ROOT / "reports" / "claims"
_OURS = re.compile(r"(?<![\w.])/(work|root|home|tmp|dev/shm)/")
_SHOWN = re.compile(r"<!-- shown by a test to be the head of reports/claims -->\n```\n(.*?)```\n", re.DOTALL)


@pytest.fixture(scope="module")
def gathered() -> Gathered:
    (folder,) = (CLAIMS / "records" / "claims").iterdir()
    return gather(folder)


def test_records_give_the_committed_json(gathered: Gathered) -> None:
    assert json_export.render(build(gathered, __version__)) == (CLAIMS / "report.json").read_text()


def test_records_give_the_committed_markdown(gathered: Gathered) -> None:
    assert markdown.render(build(gathered, __version__)) == (CLAIMS / "report.md").read_text()


def test_the_seeds_ledger_is_the_one_that_was_ruled_on(gathered: Gathered) -> None:
    assert [claim.id for claim in gathered.ledger.claims] == [claim.id for claim in seed_ledger().claims]


def test_every_ruling_is_what_the_ledger_expects(gathered: Gathered) -> None:
    assert not build(gathered, __version__).stopped_holding


def test_the_readme_shows_how_it_begins(gathered: Gathered) -> None:
    printed = console.render(build(gathered, __version__), width=80, colour=False)
    (shown,) = _SHOWN.findall((ROOT / "README.md").read_text(encoding="utf-8"))

    assert printed.startswith(shown)


def test_nothing_committed_says_whose_machine_it_was() -> None:
    for path in CLAIMS.rglob("*"):
        if path.is_file():
            assert not _OURS.search(path.read_text(errors="replace")), path
