"""Every page that people read has a golden file. `HARNESS_RENEW_GOLDEN=1 pytest tests/report` writes them again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.report.profiled.forms import console, html, json_export, markdown
from harness.report.profiled.summary import ProfileReport
from tests.report.profiled import reports
from tests.report.test_golden import rounded, without_figures

GOLDEN = Path(__file__).parent / "golden"
PAGES: dict[str, Callable[[ProfileReport], str]] = {
    "console.txt": lambda report: console.render(report, 80),
    "report.md": markdown.render,
    "report.json": lambda report: rounded(json_export.render(report)),
    "index.html": lambda report: without_figures(html.render(report)).replace(style_of(html.render(report)), ""),
}
FORMS = [
    ("whole", "console.txt"), ("whole", "report.md"), ("small", "report.json"), ("whole", "index.html"),
    ("asked", "report.md"), ("asked", "index.html"),
    ("pair", "console.txt"), ("pair", "report.md"), ("pair", "index.html"),
    ("history", "console.txt"), ("history", "report.md"),
    ("empty", "console.txt"), ("empty", "report.md"),
]  # fmt: skip


def style_of(page: str) -> str:
    """The style sheets: they are files of their own, and say nothing of the report."""
    return page.partition("<style>")[2].partition("</style>")[0]


@pytest.mark.parametrize(("form", "name"), FORMS)
def test_a_renderer_writes_its_golden_file(form: str, name: str) -> None:
    text = PAGES[name](getattr(reports, form)())
    golden = GOLDEN / form / name
    if os.environ.get("HARNESS_RENEW_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), "if this is meant, renew the golden files (see the docstring)"
