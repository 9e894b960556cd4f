"""The committed report is what its committed records give today: a report can be rendered from records alone."""

import re
from pathlib import Path

import pytest

from harness.model.reproductions import latest_reproduction, read_reproduction
from harness.report import console, json_export, markdown
from harness.report.profiled.forms import console as profiled_console
from harness.report.profiled.forms import json_export as profiled_json
from harness.report.profiled.forms import markdown as profiled_markdown
from harness.report.reproduction import build
from harness.report.summary import Summary

REPORTS = Path(__file__).parents[2] / "reports"
REFERENCE, AS_FOUND = REPORTS / "reference", REPORTS / "as-found"
ACCOUNT = REPORTS / "account"
_OURS = re.compile(r"(?<![\w.])/(work|root|home|tmp)/")


@pytest.fixture(scope="module")
def summary() -> Summary:
    return build(*read_reproduction(latest_reproduction(REFERENCE / "records")))


def test_records_give_the_committed_json(summary: Summary) -> None:
    assert json_export.render(summary) == (REFERENCE / "report.json").read_text()


def test_records_give_the_committed_markdown(summary: Summary) -> None:
    assert markdown.render(summary) == (REFERENCE / "report.md").read_text()


def test_nothing_committed_says_whose_machine_it_was() -> None:
    for path in [*REFERENCE.rglob("*"), *AS_FOUND.rglob("*"), *ACCOUNT.rglob("*")]:
        if path.is_file():
            assert not _OURS.search(path.read_text(errors="replace")), path


def test_the_readme_shows_what_the_command_prints(summary: Summary) -> None:
    printed = console.render(summary, width=80)
    shown = printed[: printed.index("The cost of a trial by its size")].rstrip()
    assert f"```\n{shown}\n```" in (REFERENCE.parents[1] / "README.md").read_text()


def test_the_readme_shows_what_harness_run_printed_of_the_study_as_found() -> None:
    printed = profiled_console.render(profiled_json.parse((AS_FOUND / "report.json").read_text()), width=80)
    shown = printed[: printed.index("Where a trial's time goes")].rstrip()
    assert f"```\n{shown}\n```" in (REPORTS.parent / "README.md").read_text()


def test_the_readme_shows_the_account_of_a_whole_run() -> None:
    printed = profiled_console.render(profiled_json.parse((ACCOUNT / "report.json").read_text()), width=80)
    shown = printed[printed.index("Where the run's time goes") : printed.index("What is worth doing")].rstrip()
    assert f"```\n{shown}\n```" in (REPORTS.parent / "README.md").read_text()


@pytest.mark.parametrize("folder", [AS_FOUND, ACCOUNT])
def test_the_profiles_forms_are_those_of_its_json(folder: Path) -> None:
    report = profiled_json.parse((folder / "report.json").read_text())
    assert profiled_markdown.render(report) == (folder / "report.md").read_text()
    assert profiled_json.render(report) == (folder / "report.json").read_text()
