"""The command line: the only place that prints or exits. One module per command; heavy imports wait for their use."""

import errno
import os
import signal
import sys
from typing import Annotated

import typer

from harness import __version__
from harness.cli import data
from harness.cli.advise import advise
from harness.cli.claims import claims
from harness.cli.compare import compare
from harness.cli.doctor import doctor
from harness.cli.encoding import degrade
from harness.cli.levers import levers
from harness.cli.report import report
from harness.cli.reproduce import reproduce
from harness.cli.run import PASSED_ON, run
from harness.cli.runs import runs
from harness.cli.scale import scale
from harness.cli.streams import fill_closed
from harness.cli.study import study
from harness.cli.terminal import say
from harness.errors import ExitCode, HarnessError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

app = typer.Typer(
    name="harness",
    help="Measure Optuna studies: where their time and memory go, and what a change to them is worth.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich's help doubles the start-up time
    pretty_exceptions_enable=False,
)
app.command(context_settings=PASSED_ON, options_metavar="[OPTIONS] SCRIPT [ARGS]...")(run)
app.command()(study)
app.command()(advise)
app.command()(compare)
app.command()(levers)
app.command()(scale)
app.command()(claims)
app.command()(report)
app.command()(runs)
app.command()(reproduce)
app.add_typer(data.app, name="data")
app.command()(doctor)


def _version(asked: bool) -> None:
    if asked:
        print(f"study-harness {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Measure Optuna studies: where their time and memory go, and what a change to them is worth."""


def main() -> None:
    """Run a command; an error that the user can act on is one sentence and its exit code, never a traceback."""
    fill_closed()
    degrade()
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_IGN:  # it is then ignored by the script as well
        signal.signal(signal.SIGTERM, _interrupt)  # a CI that cancels a job loses no more than Ctrl-C does
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # here a closed pipe is met below, not by the interpreter on its way out
    except HarnessError as error:
        say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(ExitCode.INTERRUPTED)
    except SystemExit as end:
        if end.code == ExitCode.INTERRUPTED:  # what Typer makes of an interrupt inside a command, without a word
            _say_interrupted()
        raise
    except BrokenPipeError:  # whoever read our output has stopped: as for any filter, not an error
        _drop_output()
        sys.exit(ExitCode.OK)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _drop_output()
        place = f" at {error.filename}" if error.filename else ""
        print(f"harness: no room to write{place}: {error.strerror}; what was recorded so far is kept", file=sys.stderr)
        sys.exit(ExitCode.FAILED)


def _say_interrupted() -> None:
    print("harness: interrupted", file=sys.stderr)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _drop_output() -> None:
    """Point standard output where its buffered rest can go, or the interpreter would complain on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
