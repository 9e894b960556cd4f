"""The committed report is what its committed records give today: a report can be rendered from records alone."""

from pathlib import Path

import pytest

from harness.model.reproductions import latest_reproduction, read_reproduction
from harness.report import console, json_export, markdown
from harness.report.reproduction import build
from harness.report.summary import Summary

REFERENCE = Path(__file__).parents[2] / "reports" / "reference"


@pytest.fixture(scope="module")
def summary() -> Summary:
    return build(*read_reproduction(latest_reproduction(REFERENCE / "records")))


def test_records_give_the_committed_json(summary: Summary) -> None:
    assert json_export.render(summary) == (REFERENCE / "report.json").read_text()


def test_records_give_the_committed_markdown(summary: Summary) -> None:
    assert markdown.render(summary) == (REFERENCE / "report.md").read_text()


def test_nothing_committed_says_whose_machine_it_was() -> None:
    for path in REFERENCE.rglob("*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            assert "/work" not in text, path
            assert "/root" not in text, path
            assert "/home" not in text, path
            assert "/tmp" not in text, path


def test_the_readme_shows_what_the_command_prints(summary: Summary) -> None:
    printed = console.render(summary, width=80)
    shown = printed[: printed.index("The cost of a trial by its size")].rstrip()
    assert f"```\n{shown}\n```" in (REFERENCE.parents[1] / "README.md").read_text()
