"""`harness advise` end to end on small objectives, and what it refuses, each in one sentence."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from harness.cli.advise import advise
from harness.errors import HarnessError, InputError, RunError

OBJECTIVES = '''"""Objectives of the tests of advice."""

import time

import numpy

import harness


@harness.source
def rows():
    return numpy.arange(64_000), "prices"


@harness.source
def bag():
    return {1, 2, 3}


def busy(trial):
    data, _ = rows()
    x = trial.suggest_float("x", 0, 1)
    end = time.thread_time() + 1e-3 + len(data) * 2e-7
    while time.thread_time() < end:
        pass
    return x


def bagged(trial):
    return len(bag()) + trial.suggest_float("x", 0, 1)


def raising(trial):
    raise ValueError("no price at row 7")


NUMBER = 5
'''


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("advice")
    (folder / "priced.py").write_text(OBJECTIVES)
    with contextlib.chdir(folder):
        yield folder


def call(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(advise)
    return CliRunner().invoke(app, [*arguments, "--out", "report"])


def refused(*arguments: str) -> HarnessError:
    error = call(*arguments).exception
    assert isinstance(error, HarnessError), error
    assert "\n" not in str(error)
    return error


@pytest.mark.process
@pytest.mark.slow
def test_advice_on_a_share_of_a_source_is_written_and_printed(bench: Path) -> None:
    done = call("priced:busy", "--trials", "500", "--workers", "2", "--budget", "12", "--json")
    assert done.exit_code == 0, done.exception
    plain = json.loads(done.stdout)
    assert (plain["kind"], plain["trials"], plain["workload"]) == ("advice", 500, "priced:busy")
    shares, said = {point["share"] for point in plain["points"]}, str(plain["warnings"])
    assert shares > {0.0625} or (shares == {0.0625} and "no room" in said)  # as far as a busy machine comes in 12 s
    assert plain["trial"]["cpu"]["value_s"] > 1e-3
    assert plain["forecasts"][0]["wall"]["value_s"] > 500e-3
    assert "first rows" in " ".join(plain["basis"])
    assert json.loads((bench / "report" / "report.json").read_text()) == plain
    assert "probe 1: 2 trials on 6.2 % of the data" in done.stderr


@pytest.mark.process
@pytest.mark.slow
def test_what_cannot_be_cut_is_probed_whole_and_said(bench: Path) -> None:
    done = call("priced:bagged", "--budget", "6")
    assert done.exit_code == 0, done.exception
    assert "a source brings a set" in " ".join(done.stdout.split())


@pytest.mark.process
def test_an_objective_that_raises_shows_its_own_error_and_where_the_rest_is(bench: Path) -> None:
    error = refused("priced:raising", "--budget", "30")
    assert isinstance(error, RunError)
    assert "ValueError: no price at row 7" in str(error)
    traceback = Path(str(error).rsplit("its output is in ", 1)[1])
    assert "no price at row 7" in traceback.read_text()


@pytest.mark.process
@pytest.mark.parametrize(
    ("workload", "said"),
    [
        ("priced:bussy", "did you mean 'busy'"),
        ("nowhere:objective", "there is no module 'nowhere'"),
        ("priced:NUMBER", "name an objective function"),
    ],
)
def test_a_workload_that_is_not_there_is_refused(workload: str, said: str, bench: Path) -> None:
    error = refused(workload, "--budget", "30")
    assert isinstance(error, InputError)
    assert said in str(error)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("topstep",), "did you mean 'topstepb'"),
        (("priced:busy", "--storage", "redis"), "--storage is one of memory, sqlite, journal, not 'redis'"),
        (("priced:busy", "--sampler", "grid"), "--sampler is one of"),
        (("priced:busy", "--trials", "0"), "at least one trial"),
        (("priced:busy", "--workers", "0"), "at least one worker"),
        (("priced:busy", "--budget", "0"), "a budget is a positive number of seconds"),
        (("topstepb", "--set", "rung"), "'rung' is no setting"),
        (("topstepb", "--set", "rung=fastest"), "rung is one of"),
        (("topstepb", "--set", "bars=nowhere.csv"), "nowhere.csv"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_runs(
    arguments: tuple[str, ...], said: str, bench: Path
) -> None:
    error = refused(*arguments)
    assert said in str(error)
    assert error.exit_code == 2
