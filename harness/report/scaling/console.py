"""A scaling as text for a terminal: what it says, and the tables that back it."""

from rich.text import Text

from harness.report.lines import Lines, grid, item, title
from harness.report.scaling.cells import ahead_grid, held_grid, law_grid, split_grid, trial_grid, worker_grid
from harness.report.scaling.summary import ScalingSummary
from harness.units import time_text


def render(summary: ScalingSummary, width: int = 80, colour: bool = False) -> str:
    """The report as lines of at most `width` columns; escape sequences only with `colour`."""
    lines = Lines(width, colour=colour)
    console = lines.console
    console.print(Text(summary.headline, style="bold"))
    for sentence in summary.statements:
        item(console, sentence)
    if summary.warnings:
        title(console, "Mind")
        for sentence in summary.warnings:
            item(console, sentence, style="yellow")
    console.print()
    for cells in (
        law_grid(summary, brief=True),
        held_grid(summary),
        ahead_grid(summary),
        trial_grid(summary),
        split_grid(summary),
        worker_grid(summary),
    ):
        grid(console, cells)
    if summary.split is not None:
        console.print(Text(summary.split.note, style="dim"))
    if summary.workers is not None:
        console.print(Text(summary.workers.verdict))
    for sentence in summary.basis:
        console.print(Text(sentence, style="dim"))
    closing = f"{summary.id}, {time_text(summary.started_s)}, study-harness {summary.version}"
    console.print(Text(closing, style="dim"))
    return lines.text()
