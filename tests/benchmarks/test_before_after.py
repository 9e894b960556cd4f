"""Before and after: who runs first is balanced, two commands are told apart, and a real pair gives a ratio."""

import subprocess
import sys
from pathlib import Path

import pytest

from before_after import commands, line, orders


@pytest.mark.parametrize("pairs", [1, 2, 7, 8, 40])
def test_either_runs_first_as_often_as_the_other(pairs: int) -> None:
    found = orders(pairs, seed=3)
    assert all(sorted(order) == [0, 1] for order in found)
    assert abs(sum(first for first, _ in found) - pairs / 2) <= 0.5
    assert found == orders(pairs, seed=3)


def test_the_order_differs_with_the_seed() -> None:
    assert len({tuple(orders(8, seed)) for seed in range(20)}) > 10


def test_scripts_run_by_this_python_and_commands_as_they_are() -> None:
    before, after = commands(["--", "a.py", "--trials", "9", "--", "make", "b.py"])
    assert before == [sys.executable, "a.py", "--trials", "9"]
    assert after == ["make", "b.py"]


@pytest.mark.parametrize("words", [[], ["--", "a.py"], ["--", "a.py", "--"], ["--", "a", "--", "b", "--", "c"]])
def test_other_than_two_commands_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="name two commands"):
        commands(words)


def test_a_line_has_both_medians_and_the_ratio_with_its_interval() -> None:
    told = line("wall", [2.0, 2.0, 2.0], [1.0, 1.0, 1.0])
    assert told.split() == ["wall", "2.00", "s", "1.00", "s", "0.500", "(0.500", "to", "0.500)"]


@pytest.mark.process
def test_two_scripts_are_compared(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "before.py").write_text("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'pass'])\n")
    (tmp_path / "after.py").write_text("print('quick')\n")
    done = compare(repository, tmp_path / "before.py", tmp_path / "after.py")
    assert done.returncode == 0, done.stderr
    header, _, wall, cpu = done.stdout.splitlines()
    assert header.startswith("3 pairs")
    assert wall.startswith("wall")
    assert cpu.startswith("CPU")


@pytest.mark.process
def test_a_script_that_fails_is_no_measurement(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "before.py").write_text("raise ValueError('no such file')\n")
    done = compare(repository, tmp_path / "before.py", tmp_path / "before.py")
    assert done.returncode == 1
    assert "ended with 1: ValueError: no such file" in done.stderr
    assert "Traceback" not in done.stderr


def compare(repository: Path, before: Path, after: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "benchmarks/before_after.py", "--pairs", "3", "--", str(before), "--", str(after)]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=120)
