"""Writes a report on profiled runs: the page, Markdown, JSON, and the exports that a record of stacks allows."""

from collections.abc import Mapping
from pathlib import Path

from harness.report.profiled.forms import json_export, markdown
from harness.report.profiled.forms.html import render as render_html
from harness.report.profiled.summary import ProfileReport
from harness.report.write import write_files


def write_report(report: ProfileReport, out: Path, exports: Mapping[str, str] | None = None) -> list[Path]:
    """Write index.html, report.md, report.json and the exports by name into `out`, which is made.

    Raises InputError where that fails. Everything is rendered before the first file is touched.
    """
    files = {
        "index.html": render_html(report),
        "report.md": markdown.render(report),
        "report.json": json_export.render(report),
    }
    return write_files({**files, **(exports or {})}, out)
