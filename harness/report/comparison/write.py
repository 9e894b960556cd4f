"""Writes the report on a comparison as a page, as Markdown and as JSON."""

from pathlib import Path

from harness.report.comparison import html, json_export, markdown
from harness.report.comparison.summary import ComparisonSummary
from harness.report.write import write_files


def write_report(summary: ComparisonSummary, out: Path) -> list[Path]:
    """Write index.html, report.md and report.json into `out`; raises InputError where that fails."""
    return write_files(
        {
            "index.html": html.render(summary),
            "report.md": markdown.render(summary),
            "report.json": json_export.render(summary),
        },
        out,
    )
