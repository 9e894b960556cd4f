"""Writes a scaling as a page, as Markdown and as JSON."""

from pathlib import Path

from harness.report.page import environment, figure
from harness.report.scaling import cells, json_export, markdown
from harness.report.scaling.figures import growth_figure, split_figure, worker_figure
from harness.report.scaling.summary import ScalingSummary
from harness.report.scaling.words import exponent_text
from harness.report.write import write_files


def write_report(summary: ScalingSummary, out: Path) -> list[Path]:
    """Write index.html, report.md and report.json into `out`; raises InputError where that fails."""
    return write_files(
        {
            "index.html": render_html(summary),
            "report.md": markdown.render(summary),
            "report.json": json_export.render(summary),
        },
        out,
    )


def render_html(summary: ScalingSummary) -> str:
    """The whole page, which needs nothing else. What comes from records is escaped by Jinja's autoescape."""
    made = environment()
    made.filters.update(exponent=exponent_text)
    return made.get_template("scaling.html").render(
        summary=summary,
        grids={
            "laws": cells.law_grid(summary),
            "sizes": cells.size_grid(summary),
            "held": cells.held_grid(summary),
            "ahead": cells.ahead_grid(summary),
            "trials": cells.trial_grid(summary),
            "workers": cells.worker_grid(summary),
            "extra": cells.extra_grid(summary),
            "split": cells.split_grid(summary),
            "runs": cells.run_grid(summary),
        },
        figures={
            "growth": figure(growth_figure(summary)),
            "workers": figure(worker_figure(summary)),
            "split": figure(split_figure(summary)),
        },
    )
