"""`harness reproduce`: the seed's synthetic-versus-real comparison, measured on the reference workload."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def reproduce(
    data: Annotated[Path | None, typer.Option(help="Your own bars in place of the generated large set.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Run all 50 trials of every arm as found (about 20 min).")
    ] = False,
    out: Annotated[Path, typer.Option(help="Where the report goes.")] = Path("reports/latest"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, not as tables.")] = False,
) -> None:
    """Reproduce the synthetic-versus-real comparison.

    Measures the reference optimiser, as found and mended, on 5,000 and on 262,782 bars.

    The slow arms run fewer trials than the seed's 50 unless --full is given; the report says what is extrapolated, and
    with what interval.
    """
    import os

    from harness.cli.progress import display
    from harness.cli.terminal import columns, has_colour
    from harness.model.home import home
    from harness.probes.machine import read_machine
    from harness.report import console, json_export
    from harness.report.reproduction.builder import build
    from harness.report.write import write_report
    from harness.runner.launch import Site, child_environment
    from harness.runner.reproduce import Request, read_reproduction
    from harness.runner.reproduce import reproduce as carry_out

    root = home()
    site = Site(root=root, machine=read_machine(environment=child_environment(os.environ, root)))
    with display() as shown:
        path = carry_out(Request(data=data, full=full), site, step=shown.step, watch=shown.watch)
    summary = build(*read_reproduction(path))
    written = write_report(summary, out)
    if as_json:
        print(json_export.render(summary))
    else:
        print(console.render(summary, width=columns(), colour=has_colour()))
    print(f"report: {written[0]}", file=sys.stderr)
