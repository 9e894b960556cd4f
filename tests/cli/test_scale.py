"""`harness scale` end to end on costs that are known by construction, and what it refuses, each in one sentence."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from harness.cli.scale import scale
from harness.errors import HarnessError, InputError, RunError
from harness.experiments.scaling.grown import grown_of
from harness.experiments.scaling.laws import Growth
from harness.model.scaling import FOLDER, Scaled, read_scaled

OBJECTIVES = '''"""Objectives of the tests of scaling: what they cost is known by construction."""

import time

import numpy

import harness


@harness.source
def rows():
    return numpy.arange(32_000)


def spin(cpu_s):
    end = time.thread_time() + cpu_s
    while time.thread_time() < end:
        pass


def squared(trial):
    share = len(rows()) / 32_000
    with harness.span("fixed"):
        spin(4e-3)
    with harness.span("squared"):
        spin(0.04 * share**2)
    return trial.suggest_float("x", 0, 1)


def sourceless(trial):
    return trial.suggest_float("x", 0, 1)


def raising(trial):
    raise ValueError("no price at row 7")
'''


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("scale")
    (folder / "grown.py").write_text(OBJECTIVES)
    with contextlib.chdir(folder):
        yield folder


def run(bench: Path, *words: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(scale)
    return CliRunner().invoke(app, [*words, "--out", str(bench / "report")])


def refused(bench: Path, *words: str) -> HarnessError:
    error = run(bench, *words).exception
    assert isinstance(error, HarnessError)
    return error


def newest(bench: Path) -> Scaled:
    return read_scaled(max((bench / ".harness" / FOLDER).iterdir()))


@pytest.mark.process
@pytest.mark.slow
def test_a_quadratic_cost_is_found_in_real_processes(bench: Path) -> None:
    done = run(bench, "grown:squared", "--sizes", "0.25,0.6,1", "--blocks", "2", "--trials", "5", "--json")
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    found = grown_of(newest(bench)).sizes
    assert found is not None
    phases = {phase.name: phase.law for phase in found.phases if phase.law is not None}
    squared, fixed = phases["squared"], phases["fixed"]
    assert squared.growth is Growth.POWER
    assert squared.exponent is not None
    assert (squared.exponent.low or 0) - 0.02 <= 2 <= (squared.exponent.high or 9) + 0.02
    assert fixed.fixed is not None
    assert fixed.fixed.value == pytest.approx(4e-3, rel=0.1)
    assert summary["unit"] == "rows"
    assert {line["label"] for line in summary["sizes"]} == {"8,000 rows", "19,200 rows", "32,000 rows"}
    assert summary["held"][0]["quantity"] == "CPU"
    assert sorted(path.name for path in (bench / "report").iterdir()) == ["index.html", "report.json", "report.md"]


@pytest.mark.process
def test_a_setting_holds_the_size_of_a_registered_workload(bench: Path) -> None:
    words = ("calibration", "--set", "case=busy", "--by", "cpu_ms", "--sizes", "4,12", "--trials", "4", "--blocks", "2")
    done = run(bench, *words, "--json")
    assert done.exit_code == 0, done.output
    line = json.loads(done.stdout)["laws"][2]
    assert line["name"] == "busy"
    assert line["growth"] == "linear"
    assert line["slope"]["value_s"] == pytest.approx(1e-3, rel=0.05)
    assert json.loads(done.stdout)["command"].endswith("--sizes 4,12 --by cpu_ms --blocks 2")


@pytest.mark.process
def test_what_does_not_run_says_why(bench: Path) -> None:
    error = refused(bench, "grown:sourceless", "--trials", "3")
    assert isinstance(error, InputError)
    assert "no harness.source is called within a trial" in str(error)
    error = refused(bench, "grown:raising", "--trials", "3")
    assert isinstance(error, RunError)
    assert "no price at row 7" in str(error)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "name a workload"),
        (("grown:squared", "--sizes", "small,large"), "'small' is no size: write shares such as 0.25 or 25%"),
        (("grown:squared", "--sizes", "1"), "at least two different sizes"),
        (("grown:squared", "--workers", "1,two"), "'two' is no number of workers"),
        (("grown:squared", "--workers", "1,2"), "say which with --backend"),
        (("grown:squared", "--workers", "1,2", "--backend", "fibres"), "--backend is one of"),
        (("grown:squared", "--budget", "-1"), "a budget is a positive number"),
        (("grown:squared", "--by", "rows"), "say which with --sizes"),
        (("--resume", "nothing"), "there is no record 'nothing'"),
        (("grown:squared", "--resume", "nothing"), "give it alone"),
        (("topstepb", "--sizes", "100,5000"), "100 rows are too few for the workload: give at least"),
        (("topstepb", "--sizes", "2500,9000"), "the data has 5,000 rows, not 9,000"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_runs(words: tuple[str, ...], sentence: str, bench: Path) -> None:
    error = refused(bench, *words)
    assert isinstance(error, InputError)
    assert sentence in str(error)
