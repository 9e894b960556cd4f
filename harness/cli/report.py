"""`harness report`: what was measured, rendered again from its records."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.report.summary import Summary

Out = Annotated[Path, typer.Option(help="Where the report goes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON, not as tables.")]
LATEST = Path("reports/latest")


def report(
    reproduction: Annotated[
        Path | None, typer.Argument(help="A manifest, .harness/reproductions/<id>.json; the newest when left out.")
    ] = None,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Render a reproduction again from its records.

    Nothing is measured. A reproduction that was interrupted is rendered with what it has; a cell that nothing was
    measured for says so.
    """
    from harness.model.home import home
    from harness.model.reproductions import latest_reproduction, read_reproduction
    from harness.report.reproduction import build

    manifest = reproduction or latest_reproduction(home())
    show(build(*read_reproduction(manifest)), out, as_json=as_json)


def show(summary: "Summary", out: Path, *, as_json: bool) -> None:
    """Write the three files of a report, and print it on standard output."""
    from harness.cli.terminal import columns, has_colour
    from harness.report import console, json_export
    from harness.report.write import write_report

    written = write_report(summary, out)
    if as_json:
        print(json_export.render(summary))
    else:
        print(console.render(summary, width=columns(), colour=has_colour()))
    print(f"report: {', '.join(str(path) for path in written)}", file=sys.stderr)
