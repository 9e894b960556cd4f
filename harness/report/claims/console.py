"""Rulings as text for a terminal: what surprises first, then every claim in a line."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.model.claim import Ruling
from harness.report.claims.builder import ruling_words
from harness.report.claims.cells import by_ruling
from harness.report.claims.summary import RuledClaim, RulingsSummary
from harness.report.lines import Lines, item, title
from harness.units import time_text

_STYLES = {
    Ruling.CONFIRMED: "green",
    Ruling.OVERSTATED: "yellow",
    Ruling.REFUTED: "red",
    Ruling.INCONCLUSIVE: "cyan",
    Ruling.NOT_TESTABLE: "dim",
}


def render(summary: RulingsSummary, width: int = 80, colour: bool = False) -> str:
    """The rulings as lines of at most `width` columns; escape sequences only with `colour`."""
    lines = Lines(width, colour=colour)
    console = lines.console
    console.print(Text(summary.headline, style="bold"))
    for sentence in summary.statements:
        item(console, sentence)
    for ruling, claims in by_ruling(summary):
        title(console, f"{ruling_words(ruling).capitalize()} ({len(claims)})")
        for claim in claims:
            _claim(console, claim)
    console.print()
    console.print(Text(f"{summary.id}, {time_text(summary.started_s)}, study-harness {summary.version}", style="dim"))
    return lines.text()


def _claim(console: Console, claim: RuledClaim) -> None:
    head = Text()
    head.append(claim.id, style=_STYLES[claim.ruling])
    head.append(f"  {claim.statement}")
    console.print(head)
    console.print(_indented(claim.reason))
    for line in claim.worked:
        if line.consistency.value in ("inconsistent", "impossible"):
            console.print(_indented(f"Its own figures: {line.line}", style="dim"))
            break


def _indented(text: str, style: str = "") -> Table:
    table = Table.grid(padding=0)
    table.add_row(Text("    "), Text(text, style=style))
    return table
