"""`harness run`: the user's own script, watched, and where its studies' time and memory went."""

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.report import LATEST, AsJson, Out
from harness.cli.streams import forgiving, settle
from harness.cli.terminal import say

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": False, "allow_interspersed_args": False}
"""Typer's settings for a command whose further words are somebody else's, options among them."""


def run(
    context: typer.Context,
    module: Annotated[bool, typer.Option("-m", help="The next word is a module, as with `python -m`.")] = False,
    code: Annotated[bool, typer.Option("-c", help="The next word is code, as with `python -c`.")] = False,
    stacks: Annotated[bool, typer.Option("--stacks/--no-stacks", help="Sample stacks while the script runs.")] = True,
    rate: Annotated[
        float | None, typer.Option(help="Stack samples per second and thread, whatever they cost.", min=1, max=1000)
    ] = None,
    memory_lines: Annotated[
        bool, typer.Option("--memory-lines", help="What each line of the objective adds to memory; slow.")
    ] = False,
    allocations: Annotated[
        bool, typer.Option("--allocations", help="A flame graph of allocations, by memray; slow.")
    ] = False,
    arguments_kept: Annotated[
        bool, typer.Option("--arguments/--no-arguments", help="Keep the script's arguments in the record.")
    ] = True,
    out: Out = LATEST,
    as_json: AsJson = False,
) -> None:
    """Run a script as Python would, and say where its studies' time and memory went.

    Its output, arguments, exit code and signals are its own. The report goes to standard error and to --out; with
    --json the summary goes to standard output, and what the script prints to standard error.
    """
    from harness.probes.machine import read_machine
    from harness.probes.stacks import DEFAULT_HZ
    from harness.runner.instruments import Asked, Instruments
    from harness.runner.script import NoRecordError, Script, run_plainly, script_of, watch

    arguments, label = script_of(tuple(context.args), is_module=module, is_code=code)
    rate_hz = (rate or DEFAULT_HZ) if stacks else None
    asked = Asked(
        stacks_hz=rate_hz,
        is_rate_fixed=rate is not None,
        memory_lines=memory_lines,
        allocations=allocations,
    )
    instruments = Instruments(asked)
    script = Script(
        arguments=arguments,
        label=label,
        is_output_ours=as_json,
        are_arguments_kept=arguments_kept,
        stacks_hz=rate_hz,
        options=asked.options,
        environment=instruments.environment,
    )
    try:
        watched = watch(script, record_home(), read_machine(), instruments)
    except NoRecordError as error:
        with forgiving():
            say(f"{error}; the script runs unwatched")
        settle()
        run_plainly(script)
    with forgiving():
        tell(watched.folder, out, as_json=as_json)
        if instruments.lacking:
            say(instruments.lacking)
    end_as(watched.exit_code)


def record_home() -> Path:
    """Where records are kept; below the system's temporary folder where the current one cannot be written."""
    import tempfile

    from harness.errors import InputError
    from harness.model.home import VARIABLE, home, make_folder
    from harness.runner.script import NoRecordError

    root = home()
    try:
        make_folder(root, "runs")
    except InputError as refusal:
        if os.environ.get(VARIABLE):
            raise
        try:
            root = Path(tempfile.mkdtemp(prefix="harness-"))
        except OSError:  # nowhere at all
            raise NoRecordError(str(refusal)) from None
        say(f"{refusal}; this one is kept in {root}")
    return root


def tell(folder: Path, out: Path, *, as_json: bool) -> None:
    """Report what was recorded. A fault of the report must not hide how the script ended: it is a sentence."""
    from harness.errors import HarnessError, InputError

    try:
        from harness.cli.report import show_profile
        from harness.report.write import prepare

        try:
            prepare(out)
        except InputError:
            out = folder / "report"
        show_profile(folder, out, as_json=as_json, stream=sys.stdout if as_json else sys.stderr)
    except HarnessError as error:
        say(str(error))
    except OSError as error:
        say(f"no report could be written ({error.strerror or error}); the record is {folder}")
    except KeyboardInterrupt:
        say(f"interrupted while the report was made; the record is {folder}")
    except Exception as error:
        say(f"the report failed ({error!r}); the record is {folder}")


def end_as(exit_code: int) -> None:
    """End as the script did: with its exit code, or by the signal that ended it."""
    settle()
    if exit_code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the core, if any, was the script's to leave
        signal.signal(-exit_code, signal.SIG_DFL) if -exit_code not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), -exit_code)
    raise typer.Exit(exit_code)
