"""`harness compare` end to end on small objectives, what it refuses before anything runs, and going on after a kill."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from harness.cli.compare import Wanted, command_of, compare, request_of
from harness.cli.plan_options import PlanOptions
from harness.cli.records import Kind, find, kind_of, listed
from harness.cli.report import report
from harness.errors import ExitCode, HarnessError, InputError
from harness.model.comparison import Design
from harness.model.comparisons import read_cells, read_compared
from harness.model.metric import Metric
from harness.model.store import read_record
from tests.runner.running import environment

OBJECTIVES = '''"""Objectives of the tests of comparisons."""

import os
import time

import harness

calls = 0


@harness.source
def rows():
    end = time.thread_time() + 0.02
    while time.thread_time() < end:
        pass
    return list(range(100))


def priced(trial):
    return len(rows()) + trial.suggest_float("x", 0, 1)


def noting(trial):
    trial.set_user_attr("sharpe", 1.25)
    return trial.suggest_float("x", 0, 1)


def drifting(trial):
    trial.suggest_float("x", 0, 1)
    return float(os.getpid())


def raising(trial):
    raise ValueError("no price at row 7")
'''


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("compared")
    (folder / "compared.py").write_text(OBJECTIVES)
    with contextlib.chdir(folder):
        yield folder


def call(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(compare)
    return CliRunner().invoke(app, [*arguments, "--out", "report"])


def refused(*arguments: str) -> HarnessError:
    error = call(*arguments).exception
    assert isinstance(error, HarnessError), error
    assert "\n" not in str(error)
    return error


# -- before anything runs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compared:priced", "--levers", "reusing"], "no lever 'reusing' (did you mean 'reuse'?)"),
        (["compared:priced", "--levers", "gc", "--metric", "cpus"], "no metric 'cpus' (did you mean 'cpu'?)"),
        (["compared:priced", "--levers", "gc", "--metric", "score"], "leave --metric out"),
        (["compared:priced", "--levers", "gc,gc-off"], "gc and gc-off contradict"),
        (["compared:priced", "--levers", "gc,gc"], "gc is given twice"),
        (["compared:priced", "--levers", "gc", "--pairs", "2"], "2 pairs are too few for any verdict"),
        (["compared:priced", "--levers", "gc", "--effect", "much"], "'much' is no share"),
        (["compared:priced", "--levers", "gc", "--design", "all"], "--design is one of one-at-a-time,"),
        (["compared:priced", "--levers", "gc", "--workers", "2"], "choose threads or processes"),
        (["compared:priced", "--levers", "forkserver"], "give --backend processes"),
        (["compared:priced"], "name levers with --levers"),
        (["--levers", "gc"], "name a workload"),
        (["compared:priced", "--resume", "x"], "give it alone"),
        (["--resume", "x", "--pairs", "9"], "give it alone"),
        (["--resume", "nowhere"], "there is no record 'nowhere'"),
    ],
)
def test_bad_input_is_one_sentence_before_anything_runs(arguments: list[str], said: str, bench: Path) -> None:
    error = refused(*arguments)
    assert isinstance(error, InputError)
    assert error.exit_code is ExitCode.BAD_INPUT
    assert said in str(error)
    assert not (bench / ".harness").exists()


def test_the_options_become_the_request_that_they_describe() -> None:
    wanted = Wanted(levers="gc, reuse", design="factorial", effect="5%", power="0.9", alpha="5 %", metric="wall")
    request = request_of("m:f", PlanOptions(trials=7), wanted)
    assert [one.label for one in request.levers] == ["gc", "reuse"]
    assert (request.design, request.metric) == (Design.FACTORIAL, Metric.WALL)
    assert (request.aim.effect, request.aim.power, request.aim.alpha) == (0.05, 0.9, 0.05)


def test_the_command_that_repeats_it_leaves_defaults_out() -> None:
    wanted = Wanted(levers="gc,gc-off", pairs=8, alternatives=True)
    assert command_of("m:f", PlanOptions(trials=7), wanted) == (
        "harness", "compare", "m:f", "--trials", "7", "--levers", "gc,gc-off", "--pairs", "8", "--alternatives",
    )  # fmt: skip


# -- real runs -----------------------------------------------------------------------------------------------------


@pytest.mark.process
@pytest.mark.slow
def test_a_comparison_that_was_killed_is_ended_listed_and_rendered_again(bench: Path) -> None:
    home = bench / "killed"
    command = [
        sys.executable, "-c", "from harness.cli.compare import compare; import typer; typer.run(compare)",
        "compared:priced", "--levers", "reuse,memo", "--trials", "6", "--pairs", "4", "--out", "report",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment(home), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline_s = time.monotonic() + 120
    while not (before := _cells(home)) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (folder,) = (home / "comparisons").iterdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HARNESS_HOME", str(home))
        assert [line.ending for line in listed(home) if line.kind == "comparison"] == ["unfinished"]
        done = call("--resume", folder.name, "--json")
        # four pairs on a busy machine may show too little to rule on, which is another exit code
        assert done.exception is None or "nothing is ruled" in str(done.exception), done.exception
        _see_report(folder, home, done)
    compared = read_compared(folder)
    assert [cell.run for cell in compared.cells[: len(before)]] == before
    assert all(cell.died is None for cell in compared.cells)
    assert [one.lever for one in compared.comparison.skipped] == ["memo"]
    assert len(list((home / "runs").iterdir())) in (17, 18)  # the recording, the cells, and the run that was cut off


def _see_report(folder: Path, home: Path, done: Result) -> None:
    plain = json.loads(done.stdout)
    assert plain["kind"] == "comparison"
    assert "block 4/4: 4 runs" in done.stderr
    line = next(line for line in listed(home) if line.kind == "comparison")
    assert (line.id, line.label, line.ending) == (folder.name, "reuse on compared:priced, 16 runs", "finished")
    assert kind_of(find(line.id, home)) is Kind.COMPARISON
    app = typer.Typer()
    app.command()(report)
    again = CliRunner().invoke(app, [line.id, "--out", "again", "--json"])
    assert json.loads(again.stdout) == plain
    assert {path.name for path in Path("again").iterdir()} >= {"index.html", "report.md", "report.json"}


@pytest.mark.process
def test_a_workload_that_is_not_deterministic_is_said_so(bench: Path) -> None:
    error = refused("compared:drifting", "--levers", "gc", "--trials", "2", "--pairs", "4")
    assert error.exit_code is ExitCode.RUN_FAILED
    assert "not deterministic under a seed: two runs of the same arm differ, trial 0 gave" in str(error)


@pytest.mark.process
@pytest.mark.parametrize("options", [[], ["--sampler", "numbered"], ["--storage", "journal", "--backend", "processes"]])
def test_a_misspelt_source_is_refused_before_the_first_trial(
    options: list[str], bench: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    error = refused("compared:priced", "--levers", "gc,reuse:row", "--trials", "4", *options)
    assert isinstance(error, InputError)
    assert error.exit_code is ExitCode.BAD_INPUT
    assert str(error) == "no source or feature is called 'row' (did you mean 'rows'?): marked are rows"
    (run,) = (tmp_path / "runs").iterdir()
    assert read_record(run).trials == ()


@pytest.mark.process
@pytest.mark.parametrize("storage", ["sqlite", "journal"])
def test_small_attributes_are_not_worth_a_comparison(
    storage: str, bench: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    error = refused("compared:noting", "--levers", "compress", "--trials", "2", "--storage", storage)
    assert error.exit_code is ExitCode.BAD_INPUT
    assert "compress: the largest attribute of its trials has 4 bytes as JSON" in str(error)
    assert len(list((tmp_path / "runs").iterdir())) == 1


@pytest.mark.process
def test_an_objective_that_raises_is_said_with_its_own_error(bench: Path) -> None:
    assert "does not run as it is: ValueError: no price at row 7" in str(
        refused("compared:raising", "--levers", "gc", "--trials", "2")
    )


def _cells(home: Path) -> list[str]:
    folders = list((home / "comparisons").glob("*")) if (home / "comparisons").exists() else []
    return [cell.run for folder in folders for cell in read_cells(folder)]
