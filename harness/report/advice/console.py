"""Advice as text for a terminal: forecasts and warnings; the page and the Markdown have what backs them."""

from rich.text import Text

from harness.report.advice.cells import forecast_grid
from harness.report.advice.summary import Advice
from harness.report.lines import Lines, grid, item, title
from harness.units import time_text


def render(advice: Advice, width: int = 80, colour: bool = False) -> str:
    """The advice as lines of at most `width` columns; escape sequences only with `colour`."""
    lines = Lines(width, colour=colour)
    console = lines.console
    console.print(Text(advice.headline, style="bold"))
    for sentence in advice.statements:
        item(console, sentence)
    if advice.warnings:
        title(console, "Before you start it")
        for warned in advice.warnings:
            item(console, warned.sentence, style="yellow")
    console.print()
    grid(console, forecast_grid(advice))
    for sentence in advice.basis:
        console.print(Text(sentence, style="dim"))
    closing = f"{advice.id}, {time_text(advice.started_s)}, study-harness {advice.version}"
    console.print(Text(closing, style="dim"))
    return lines.text()
