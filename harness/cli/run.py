"""`harness run`: the user's own script, watched, and where its studies' time and memory went."""

import sys
from typing import Annotated

import typer

from harness.cli.report import LATEST, AsJson, Out


def run(
    context: typer.Context,
    module: Annotated[str | None, typer.Option("-m", help="Run a module, as `python -m` does.")] = None,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Run SCRIPT [ARGS]... as Python would and say where its studies' time and memory went.

    Its output, arguments, exit code and signals are its own. The report goes to standard error and to --out.
    """
    from harness.model.home import home
    from harness.probes.machine import read_machine
    from harness.runner.script import Script, script_of, watch

    arguments, label = script_of(tuple(context.args), module)
    script = Script(arguments=arguments, label=label, is_output_ours=as_json)
    watched = watch(script, home(), read_machine())
    print(watched.folder, file=sys.stderr)
    raise typer.Exit(watched.exit_code)
