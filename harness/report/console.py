"""The console renderer: the report as text for a terminal of a given width, or plain when there is no terminal."""

import io
import textwrap

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.report.cells import (
    Grid,
    agreement_text,
    basis_text,
    bounds_text,
    dataset_lines,
    dataset_text,
    fit_grid,
    memory_grid,
    overlap_grid,
    own_cost_text,
    run_grid,
    share_grid,
    value_text,
)
from harness.report.summary import Agreement, ComparisonRow, Summary
from harness.units import time_text


def render(summary: Summary, width: int = 80, colour: bool = False) -> str:
    """The report as lines of at most `width` columns; escape sequences only with `colour`."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    _head(console, summary)
    _seed(console, summary)
    _model(console, summary)
    _spans(console, summary)
    _rest(console, summary)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _head(console: Console, summary: Summary) -> None:
    console.print(Text(summary.headline.sentence, style="bold"))
    for sentence in summary.headline.statements:
        _item(console, sentence)


def _seed(console: Console, summary: Summary) -> None:
    _title(console, "The seed's table beside ours")
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
    _title(console, "How our cells are known")
    for row in summary.table:
        basis = basis_text(row)
        if basis is not None:
            _item(console, f"{row.label}: {basis}{_ranges(row)}", style="dim")


def _model(console: Console, summary: Summary) -> None:
    _title(console, "The cost of a trial by its size, as found, one thread")
    for sentence in summary.cost_model.statements:
        console.print(Text(sentence))
    for name, measure in (("fixed", summary.cost_model.fixed), ("per bar", summary.cost_model.slope)):
        bounds = bounds_text(measure)
        if bounds is not None:
            console.print(Text(f"  {name:8} {value_text(measure)}  (95 %: {bounds})"))
    _grid(console, fit_grid(summary))


def _spans(console: Console, summary: Summary) -> None:
    _title(console, "Where a trial's time goes")
    _grid(console, share_grid(summary))


def _rest(console: Console, summary: Summary) -> None:
    _title(console, "Nine threads against one")
    console.print(Text(summary.overlap.statement))
    _grid(console, overlap_grid(summary))
    _title(console, "Memory")
    _grid(console, memory_grid(summary))
    _title(console, "Are the values the same?")
    for check in summary.value_checks:
        style = "bold red" if check.agreement is Agreement.DIFFERENT else ""
        _item(console, f"{agreement_text(check.agreement).capitalize()}. {check.statement}", style)
    _title(console, "Bars")
    for facts in summary.datasets:
        _item(console, f"{dataset_text(facts.dataset)}: {'; '.join(dataset_lines(facts)) or 'not known'}")
    _title(console, "Runs")
    _grid(console, run_grid(summary))
    for line in summary.runs:
        if line.detail is not None:
            _item(console, f"{line.arm}: {line.detail}")
    _item(console, own_cost_text(summary))
    _title(console, "Machine")
    for fact in summary.machine_facts:
        _item(console, f"{fact.label}: {fact.text}")
    _title(console, "To repeat")
    for command in summary.commands:
        console.print(Text(f"  {command}"))
    console.print(
        Text(f"  # {summary.id}, {time_text(summary.started_s)}, study-harness {summary.version}", style="dim")
    )


def _ranges(row: ComparisonRow) -> str:
    """The intervals of a row's cells, which the narrow table has no room for."""
    cells = (("synthetic", row.synthetic), ("real", row.real), ("ratio", row.ratio))
    said = [f"{name} {bounds}" for name, measure in cells if (bounds := bounds_text(measure)) is not None]
    return f" 95 %: {', '.join(said)}." if said else ""


def _item(console: Console, text: str, style: str = "") -> None:
    """A list item whose further lines are indented."""
    table = Table.grid(padding=(0, 1))
    table.add_row(Text("•", style=style), Text(text, style=style))
    console.print(table)


def _title(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold"))


def _grid(console: Console, grid: Grid) -> None:
    if not grid.rows:
        return
    table = Table(box=SIMPLE_HEAD, title=Text(grid.title), title_justify="left", pad_edge=False, padding=(0, 1))
    for index, name in enumerate(grid.columns):
        is_name = index < grid.names
        width = max(9, *(len(cells[index]) for cells in grid.rows))
        header = name if is_name else textwrap.fill(name, width)
        table.add_column(Text(header), justify="left" if is_name else "right", overflow="fold", no_wrap=not is_name)
    for cells in grid.rows:
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
