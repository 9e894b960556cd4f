"""Writes the report on a ledger, with the pages of the experiments behind it."""

from pathlib import Path

from harness.report.claims import html, json_export, markdown
from harness.report.claims.evidence import Gathered
from harness.report.claims.summary import RulingsSummary
from harness.report.comparison import build as build_comparison
from harness.report.comparison.write import write_report as write_comparison
from harness.report.write import part_of, write_files
from harness.report.write import write_report as write_reproduction


def write_report(summary: RulingsSummary, gathered: Gathered, out: Path) -> list[Path]:
    """Write index.html, report.md and report.json, and a folder for each experiment; InputError where that fails."""
    for name, judged in gathered.comparisons.items():
        write_comparison(build_comparison(judged, summary.version), part_of(out, "evidence", name))
    for name, reproduced in gathered.reproductions.items():
        write_reproduction(reproduced, part_of(out, "evidence", name))
    return write_files(
        {
            "index.html": html.render(summary),
            "report.md": markdown.render(summary),
            "report.json": json_export.render(summary),
        },
        out,
    )
