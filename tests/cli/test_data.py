import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from harness.cli.data import app
from harness.errors import DataError, ExitCode, HarnessError, InputError
from harness.workloads.topstepb.readers import read_bars

MAKE = ("make", "--bars", "500", "--interval", "15min", "--regime", "crypto", "--seed", "7", "--out")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(*arguments: object) -> HarnessError:
    result = run(*arguments)
    assert isinstance(result.exception, HarnessError)
    return result.exception


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made.parquet"
    assert run(*MAKE, path).exit_code == 0
    return path


def test_make_writes_the_bars_that_were_asked_for(made: Path) -> None:
    bars = read_bars(made)
    assert (len(bars), bars.interval_s) == (500, 900)


def test_make_says_what_it_wrote_and_equal_seeds_make_equal_bars(made: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    printed = run(*MAKE, again).stdout
    assert "500 bars of 15min" in printed
    assert read_bars(again).digest == read_bars(made).digest
    assert read_bars(made).digest in printed


def test_make_does_not_overwrite_unless_forced(made: Path) -> None:
    assert "exists already" in str(refused(*MAKE, made))
    assert run(*MAKE, made, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [("--regime", "wild", "choose one of calm, crypto, futures"), ("--interval", "soon", "not an interval")],
)
def test_make_refuses_what_it_does_not_know(option: str, value: str, reason: str, tmp_path: Path) -> None:
    error = refused("make", "--bars", 10, "--out", tmp_path / "b.csv", option, value)
    assert isinstance(error, InputError)
    assert reason in str(error)


def test_inspect_shows_the_facts_and_wraps_nothing_in_a_pipe(made: Path) -> None:
    lines = run("inspect", made).stdout.splitlines()
    labels = {line.split()[0] for line in lines if not line.startswith(" ")}
    assert labels >= {"file", "rows", "span", "interval", "gaps", "tick", "zero", "memory", "sha256", "split", "notes"}
    assert f"sha256       {read_bars(made).digest}" in lines
    assert "\x1b" not in "".join(lines)


def test_inspect_lists_gaps_by_their_times(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    rows = [f"2024-01-{day:02},2,3,1,2" for day in (1, 2, 3, 4, 9, 10)]
    path.write_text("\n".join(["date,open,high,low,close", *rows]))
    shown = run("inspect", path).stdout
    assert "gaps         1, 4 bars missing" in shown
    assert "2024-01-04 00:00:00 to 2024-01-09 00:00:00: 4" in shown
    assert "zero volume  no volume" in shown


def test_inspect_gives_json_for_programs(made: Path) -> None:
    found = json.loads(run("inspect", made, "--json").stdout)
    assert (found["rows"], found["interval_s"], found["digest"]) == (500, 900, read_bars(made).digest)
    assert found["name"] == "made.parquet"


def test_inspect_refuses_with_exit_code_2(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("date,open\n2024-01-01,1\n")
    error = refused("inspect", path)
    assert isinstance(error, DataError)
    assert error.exit_code is ExitCode.BAD_INPUT


def test_convert_keeps_the_bars_and_says_what_was_done(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv.gz"
    shown = run("convert", made, out).stdout
    assert "Parquet, 500 rows" in shown
    assert read_bars(out).digest == read_bars(made).digest
    assert "exists already" in str(refused("convert", made, out))
    assert run("convert", made, out, "--force").exit_code == 0


def test_a_file_can_be_converted_onto_itself(made: Path) -> None:
    digest = read_bars(made).digest
    assert run("convert", made, made, "--force").exit_code == 0
    assert read_bars(made).digest == digest


def test_make_takes_what_can_be_read_back(tmp_path: Path) -> None:
    far = tmp_path / "far.csv"
    assert run("make", "--bars", 40_000, "--interval", "1d", "--out", far).exit_code == 0
    assert len(read_bars(far)) == 40_000


@pytest.mark.parametrize(("bars", "regime"), [(95_000, "crypto"), (80_000, "futures"), (1, "crypto")])
def test_make_refuses_what_cannot_be_read_back(bars: int, regime: str, tmp_path: Path) -> None:
    error = refused("make", "--bars", bars, "--interval", "1d", "--regime", regime, "--out", tmp_path / "b.csv")
    assert "cannot be" in str(error)
    assert not (tmp_path / "b.csv").exists()
