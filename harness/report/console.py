"""The console renderer: the findings of a report as text for a terminal, or plain when there is none.

What backs them (how each cell is known, every run, memory, the machine) is left to the page and the Markdown.
"""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.report.cells import (
    agreement_text,
    bounds_text,
    dataset_lines,
    dataset_text,
    own_cost_text,
    share_grid,
    value_text,
)
from harness.report.lines import Lines, grid, item, title
from harness.report.summary import Agreement, ComparisonRow, Summary
from harness.units import time_text


def render(summary: Summary, width: int = 80, colour: bool = False) -> str:
    """The report as lines of at most `width` columns; escape sequences only with `colour`."""
    lines = Lines(width, colour=colour)
    console = lines.console
    _head(console, summary)
    _seed(console, summary)
    _model(console, summary)
    _spans(console, summary)
    _rest(console, summary)
    return lines.text()


def _head(console: Console, summary: Summary) -> None:
    console.print(Text(summary.headline.sentence, style="bold"))
    for sentence in summary.headline.statements:
        item(console, sentence)


def _seed(console: Console, summary: Summary) -> None:
    title(console, "The seed's table beside ours")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("")
    for name in ("seed\nsynthetic", "seed\nreal", "ours\nsynthetic", "ours\nreal", "ours\nratio"):
        style = "dim" if name.startswith("seed") else "bold"
        table.add_column(Text(name), justify="right", no_wrap=True, style=style)
    for row in summary.table:
        table.add_row(
            Text(row.label),
            Text(row.seed.synthetic or "–"),
            Text(row.seed.real or "–"),
            Text(value_text(row.synthetic)),
            Text(value_text(row.real)),
            Text(value_text(row.ratio)),
        )
    console.print(table)
    console.print(Text(summary.table_note, style="dim"))
    for row in summary.table:
        ranges = _ranges(row)
        if ranges is not None:
            item(console, f"{row.label}: {ranges}", style="dim")


def _model(console: Console, summary: Summary) -> None:
    title(console, "The cost of a trial by its size, as found, one thread")
    for sentence in summary.cost_model.statements:
        console.print(Text(sentence))
    for name, measure in (("fixed", summary.cost_model.fixed), ("per bar", summary.cost_model.slope)):
        bounds = bounds_text(measure)
        if bounds is not None:
            console.print(Text(f"  {name:8} {value_text(measure)}  (95 %: {bounds})"))


def _spans(console: Console, summary: Summary) -> None:
    title(console, "Where a trial's time goes")
    grid(console, share_grid(summary))


def _rest(console: Console, summary: Summary) -> None:
    title(console, "Are the values the same?")
    same = [check for check in summary.value_checks if check.agreement is Agreement.SAME]
    if same:
        compared = sum(check.compared for check in same)
        item(console, f"Same values: trials with the same number gave them bit for bit in {compared} comparisons.")
    for check in (check for check in summary.value_checks if check not in same):
        style = "bold red" if check.agreement is Agreement.DIFFERENT else ""
        item(console, f"{agreement_text(check.agreement).capitalize()}. {check.statement}", style)
    title(console, "Bars")
    for facts in summary.datasets:
        item(console, f"{dataset_text(facts.dataset)}: {'; '.join(dataset_lines(facts)) or 'not known'}")
    unfinished = [line for line in summary.runs if line.detail is not None]
    if unfinished:
        title(console, "Runs that did not finish")
    for line in unfinished:
        item(console, f"{line.arm}: {line.detail}")
    title(console, "To repeat")
    for command in summary.commands:
        console.print(Text(f"  {command}"))
    closing = f"{summary.id}, {time_text(summary.started_s)}, study-harness {summary.version}. {own_cost_text(summary)}"
    console.print(Text(closing, style="dim"))


def _ranges(row: ComparisonRow) -> str | None:
    """The intervals of a row's cells, which the narrow table has no room for."""
    cells = (("synthetic", row.synthetic), ("real", row.real), ("ratio", row.ratio))
    said = [f"{name} {bounds}" for name, measure in cells if (bounds := bounds_text(measure)) is not None]
    return f"95 %: {', '.join(said)}" if said else None
