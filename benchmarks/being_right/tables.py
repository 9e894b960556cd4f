"""Rows as a table on the console, as Markdown in docs, and as JSON on disk."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = dict[str, str | float | int]


def table(rows: Sequence[Row]) -> str:
    """A Markdown table; floats are shares, except under headings that count."""
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *([_cell(head, row[head]) for head in heads] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def write(path: Path, tables: Mapping[str, Sequence[Row]], facts: Row) -> None:
    """Everything of one command in one file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"facts": facts, "tables": {name: list(rows) for name, rows in tables.items()}}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def written(path: Path) -> dict[str, Sequence[Row]]:
    """The tables of a file; none where there is no such file."""
    return dict(json.loads(path.read_text(encoding="utf-8"))["tables"]) if path.exists() else {}


def _cell(head: str, value: str | float | int) -> str:
    if isinstance(value, float):
        if value != value:
            return "-"
        return f"{value:.1f}" if head in ("pairs", "planned") else f"{100 * value:.2f} %"
    return f"{value:,}" if isinstance(value, int) else value
