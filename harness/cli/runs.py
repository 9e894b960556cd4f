"""`harness runs`: what is recorded, newest first."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.cli.records import Listed

_COLUMNS = ("Record", "When", "What", "Trials", "Ended", "Size")


def runs(
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON, not as a table.")] = False,
) -> None:
    """List what is recorded, newest first.

    A record that cannot be read is listed with the reason.
    """
    from harness.cli.records import listed
    from harness.model.codec import encode
    from harness.model.home import home

    root = home()
    found = listed(root)
    if as_json:
        print(json.dumps({"schema": 1, "kind": "runs", "records": encode(tuple(found))}, indent=1, ensure_ascii=False))
    elif not found:
        print(f"Nothing is recorded in {root}: `harness run SCRIPT` or `harness study URL` records something.")
    else:
        print("\n".join(lines(found)))


def lines(found: "Sequence[Listed]") -> list[str]:
    """A table as plain text, as wide as its words: ids must stay whole to be copied."""
    from harness.units import printable

    rows = [_COLUMNS, *(_row(line) for line in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    printed = []
    for row, line in zip(rows, (None, *found), strict=True):
        cells = [cell.rjust(width) if place in (3, 5) else cell.ljust(width)
                 for place, (cell, width) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
        printed.append("  ".join(cells).rstrip())
        if line is not None and line.damage is not None:
            printed.append(f"  {printable(line.damage)}")
    return printed


def _row(line: "Listed") -> tuple[str, ...]:
    from harness.units import bytes_text, count_text, printable, time_text

    label = "" if line.label is None else f" {printable(line.label)}"
    return (
        printable(line.id),
        "" if line.started_s is None else time_text(line.started_s),
        f"{printable(line.kind)}{label}" if line.damage is None else "damaged",
        "" if line.trials is None else count_text(line.trials),
        _ending(line),
        bytes_text(line.size_bytes),
    )


def _ending(line: "Listed") -> str:
    if line.damage is not None or line.kind in ("reproduction", "history", "scaling", "rulings"):
        return ""
    return "not known" if line.ending is None else line.ending.replace("_", " ")
