"""The command's frame: errors are sentences with exit codes, pipes close quietly, help loads next to nothing."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from harness import __version__, cli
from harness.cli.progress import PLAIN_EVERY_S, _Plain, display, progress_text
from harness.cli.terminal import has_colour
from harness.errors import DataError, ExitCode, HarnessError, InputError, LackingError, RecordError, RunError
from harness.runner.launch import InterruptedRunError, Progress

HEAVY = ("numpy", "pandas", "optuna", "numba", "matplotlib", "rich", "scipy", "pyarrow", "psutil", "jinja2")


def end_of(monkeypatch: pytest.MonkeyPatch, error: BaseException | None) -> object:
    """Exit code of a command that raises."""
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)

    @app.command()
    def command() -> None:
        if error is not None:
            raise error

    monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(sys, "argv", ["harness"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (HarnessError, 1),
        (InputError, 2),
        (DataError, 2),
        (RecordError, 2),
        (RunError, 3),
        (LackingError, 4),
    ],
)
def test_an_error_is_one_sentence_and_its_exit_code(
    kind: type[HarnessError], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert end_of(monkeypatch, kind("the file is gone: look elsewhere")) == code

    printed = capsys.readouterr()
    assert printed.err == "harness: the file is gone: look elsewhere\n"
    assert printed.out == ""


def test_an_interrupted_run_says_where_its_record_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert end_of(monkeypatch, InterruptedRunError(Path("runs/1"), "interrupted")) == ExitCode.INTERRUPTED


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert end_of(monkeypatch, KeyboardInterrupt()) == ExitCode.INTERRUPTED
    assert capsys.readouterr().err == "harness: interrupted\n"


def test_a_command_that_ends_well_ends_with_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    assert end_of(monkeypatch, None) == ExitCode.OK


def test_an_error_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)

    @app.command()
    def command() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(sys, "argv", ["harness"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def harness(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from harness.cli import main; main()", *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=60, check=False, **options)


@pytest.mark.process
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["doctor", "--help"]])
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_closed_pipe_is_quiet(arguments: list[str], buffered: str) -> None:
    taken, given = os.pipe()
    os.close(taken)
    environment = {**os.environ, "PYTHONUNBUFFERED": buffered}
    try:
        ended = harness(*arguments, stdout=given, env=environment)
    finally:
        os.close(given)

    assert ended.stderr == ""
    assert ended.returncode in (0, 1)  # Typer's own for a pipe that closes under it


@pytest.mark.process
def test_the_version_is_printed() -> None:
    ended = harness("--version", stdout=subprocess.PIPE)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"study-harness {__version__}\n", "")


@pytest.mark.process
def test_an_unknown_command_is_bad_input() -> None:
    ended = harness("reproduse", stdout=subprocess.PIPE)

    assert ended.returncode == ExitCode.BAD_INPUT
    assert "reproduse" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.process
def test_help_names_the_commands_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['harness', '--help']\n"
        "from harness.cli import main\n"
        "try: main()\n"
        f"finally: print('LOADED', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 0, ended.stderr
    assert "reproduce" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "LOADED []"


def progress(done: int, elapsed_s: float) -> Progress:
    return Progress(label="arm", done=done, trials=50, elapsed_s=elapsed_s)


def test_progress_says_how_many_how_fast_and_how_long_still() -> None:
    assert progress_text(progress(10, 20.0)) == "10/50 trials, 0.5/s, 80.0 s left"


def test_progress_before_the_first_trial_claims_no_rate() -> None:
    assert progress_text(progress(0, 20.0)) == "0/50 trials"
    assert progress(0, 20.0).left_s is None


def test_a_long_run_is_a_plain_line_every_half_minute(capsys: pytest.CaptureFixture[str]) -> None:
    plain = _Plain()
    for second in range(0, 3 * int(PLAIN_EVERY_S), 10):
        plain.watch(progress(1, float(second)))

    printed = capsys.readouterr()
    assert printed.err.splitlines() == [
        "  1/50 trials, 0.033/s, 1,470 s left",
        "  1/50 trials, 0.017/s, 2,940 s left",
    ]
    assert printed.out == ""


def test_the_display_is_plain_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with display() as shown:
        assert isinstance(shown, _Plain)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_dumb_terminal_gets_no_escape_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", _Terminal())
    monkeypatch.setattr(sys, "stderr", _Terminal())

    monkeypatch.setenv("TERM", "xterm")
    assert has_colour()

    monkeypatch.setenv("TERM", "dumb")
    assert not has_colour()
    with display() as shown:
        assert isinstance(shown, _Plain)


def test_one_trial_is_not_plural() -> None:
    assert progress_text(Progress(label="a", done=0, trials=1, elapsed_s=1.0)) == "0/1 trial"


def test_a_report_folder_that_cannot_be_written_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    command = [sys.executable, "-m", "harness", "reproduce", "--out", "file/out"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.BAD_INPUT
    assert "--out" in done.stderr
    assert not (tmp_path / ".harness").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "harness", "doctor", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == ExitCode.FAILED
    assert done.stderr.startswith("harness: no room to write")
    assert "Traceback" not in done.stderr


def test_what_a_name_could_do_to_a_terminal_is_made_harmless(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "harness", "data", "inspect", "evil\x1b[2J.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == ExitCode.BAD_INPUT
    assert "\x1b" not in done.stderr
