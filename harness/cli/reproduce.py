"""`harness reproduce`: the seed's synthetic-versus-real comparison, measured on the reference workload."""

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.report import LATEST, AsJson, Out, show
from harness.cli.site import this_site
from harness.errors import RunError


def reproduce(
    data: Annotated[Path | None, typer.Option(help="Your own bars in place of the generated large set.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Run all 50 trials of every arm as found (some 45 minutes).")
    ] = False,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Measure the seed's comparison of synthetic and real bars.

    Runs the reference optimiser, as found and mended, on 5,000 and on 262,782 bars, each run in a process of its own.
    The slow arms run fewer trials than the seed's 50 unless --full is given; the report says what is extrapolated, and
    with what interval.
    """
    from harness.cli.progress import display
    from harness.model.reproductions import read_reproduction
    from harness.report.reproduction import build
    from harness.report.write import prepare
    from harness.runner.reproduce import Request
    from harness.runner.reproduce import reproduce as carry_out

    prepare(out)  # a folder that cannot be written is better said now than after the last run
    site = this_site()
    with display() as shown:
        path = carry_out(Request(data=data, full=full), site, step=shown.step, watch=shown.watch)
    summary = build(*read_reproduction(path))
    show(summary, out, as_json=as_json)
    if not summary.is_sound:
        raise RunError(f"a run did not end well or its values differ: the report in {out} says which and why")
