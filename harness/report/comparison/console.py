"""A comparison as text for a terminal: the verdict, the controls, the table; the page has the samples."""

from rich.text import Text

from harness.report.comparison.cells import interaction_grid, said_below, search_grid, short_grid, step_grid
from harness.report.comparison.summary import ComparisonSummary
from harness.report.lines import Lines, grid, item, title
from harness.units import time_text


def render(summary: ComparisonSummary, width: int = 80, colour: bool = False) -> str:
    """The comparison as lines of at most `width` columns; escape sequences only with `colour`."""
    lines = Lines(width, colour=colour)
    console = lines.console
    console.print(Text(summary.headline, style="bold"))
    for warning in summary.warnings:
        item(console, warning, style="yellow")
    if summary.levers or summary.controls:
        console.print()
        grid(console, short_grid(summary))
    for sentence in (*said_below(summary), *summary.statements, *(line.sentence for line in summary.controls)):
        item(console, sentence)
    if summary.steps:
        title(console, "Step by step")
        grid(console, step_grid(summary, is_short=True))
    if summary.interactions:
        title(console, "Together")
        grid(console, interaction_grid(summary))
        for text in (*(line.sentence for line in summary.interactions), *(line.sentence for line in summary.once)):
            item(console, text)
    for search in summary.searches:
        title(console, f"What {search.name} finds")
        grid(console, search_grid(search))
    title(console, "How it was measured")
    for sentence in summary.how:
        console.print(Text(sentence, style="dim"))
    console.print(Text(f"To repeat: {summary.command}", style="dim"))
    closing = f"{summary.id}, {time_text(summary.started_s)}, study-harness {summary.version}"
    console.print(Text(closing, style="dim"))
    return lines.text()
