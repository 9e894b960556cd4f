"""Text for a terminal, or plain where there is none: what the console renderers are made of."""

import io
import textwrap

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.report.cells import Grid


class Lines:
    """A console that prints into a text of at most `width` columns; escape sequences only with `colour`."""

    def __init__(self, width: int, *, colour: bool) -> None:
        self._out = io.StringIO()
        self.console = Console(
            file=self._out,
            width=width,
            force_terminal=colour,
            color_system="standard" if colour else None,
            no_color=not colour,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )

    def text(self) -> str:
        """All that was printed, without blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._out.getvalue().splitlines()) + "\n"


def item(console: Console, text: str, style: str = "") -> None:
    """A list item whose further lines are indented."""
    table = Table.grid(padding=(0, 1))
    table.add_row(Text("•", style=style), Text(text, style=style))
    console.print(table)


def title(console: Console, text: str) -> None:
    """A heading with a blank line above it."""
    console.print()
    console.print(Text(text, style="bold"))


def grid(console: Console, cells: Grid) -> None:
    """A table; nothing where it has no rows."""
    if not cells.rows:
        return
    table = Table(box=SIMPLE_HEAD, title=Text(cells.title), title_justify="left", pad_edge=False, padding=(0, 1))
    for index, name in enumerate(cells.columns):
        is_name = index < cells.names
        width = max(9, *(len(row[index]) for row in cells.rows))
        header = name if is_name else textwrap.fill(name, width)
        table.add_column(Text(header), justify="left" if is_name else "right", overflow="fold", no_wrap=not is_name)
    for row in cells.rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
