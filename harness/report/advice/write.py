"""Writes advice as a page, as Markdown and as JSON."""

from pathlib import Path

from harness.report.advice import markdown
from harness.report.advice.cells import forecast_grid, part_grid, point_grid
from harness.report.advice.summary import Advice
from harness.report.advice.words import duration_text, span_text
from harness.report.documents import document
from harness.report.page import environment
from harness.report.write import write_files


def write_advice(advice: Advice, out: Path) -> list[Path]:
    """Write index.html, report.md and report.json into `out`; raises InputError where that fails."""
    files = {
        "index.html": render_html(advice),
        "report.md": markdown.render(advice),
        "report.json": render_json(advice),
    }
    return write_files(files, out)


def render_html(advice: Advice) -> str:
    """The whole page, which needs nothing else. What comes from records is escaped by Jinja's autoescape."""
    made = environment()
    made.filters.update(duration=duration_text, span=span_text)
    grids = {"forecasts": forecast_grid(advice), "parts": part_grid(advice), "points": point_grid(advice)}
    return made.get_template("advice.html").render(advice=advice, grids=grids)


def render_json(advice: Advice) -> str:
    """JSON in a fixed order; see `document`."""
    return document("advice", advice)
