"""Stacks, memory lines and allocations of a script under `harness run`: in record and report, on request only."""

import sys
from pathlib import Path

import pytest

from harness.errors import LackingError
from harness.profile.build import build
from harness.runner import instruments
from harness.runner.instruments import Asked, Instruments
from tests.runner.running import harness_run

SCRIPT = """
import optuna, time
optuna.logging.set_verbosity(optuna.logging.ERROR)
kept = []

def objective(trial):
    end = time.perf_counter() + 0.2
    while time.perf_counter() < end:
        sum(range(1000))
    kept.append(bytearray(b"x" * 4_000_000))
    return trial.suggest_float("x", -1, 1)

optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1)).optimize(objective, n_trials=10)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "optimise.py"
    path.write_text(SCRIPT)
    return path


@pytest.mark.process
def test_stacks_name_the_line_that_is_busy(script: Path) -> None:
    run = harness_run(["--stacks", str(script)], script.parent)

    stacks = build(run.records[-1]).stacks
    assert stacks is not None
    hottest = stacks.hot_lines[0]
    assert hottest.line in (8, 9)
    assert hottest.share > 0.5


@pytest.mark.process
def test_without_py_spy_the_process_looks_at_itself_and_the_report_says_so(script: Path, tmp_path: Path) -> None:
    """A py-spy that is refused, as in a container: the same stands first where the launcher looks for it."""
    run = harness_run(["--stacks", str(script)], script.parent, changes={"HARNESS_PY_SPY": str(_refused(tmp_path))})

    stacks = build(run.records[-1]).stacks
    assert stacks is not None
    assert stacks.why is not None
    assert stacks.hot_lines[0].line in (8, 9)
    assert "ptrace" in (script.parent / "report" / "report.md").read_text()


def _refused(folder: Path) -> Path:
    fake = folder / "refused-py-spy"
    fake.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('Error: Permission denied (os error 13)')\n")
    fake.chmod(0o755)
    return fake


@pytest.mark.process
def test_memory_lines_and_allocations_name_the_line_that_keeps(script: Path) -> None:
    run = harness_run(["--memory-lines", "--allocations", str(script)], script.parent)

    assert run.exit_code == 0, run.err
    page = (script.parent / "report" / "report.md").read_text()
    assert "optimise.py:10" in page
    assert (run.records[-1] / "allocations.collapsed.txt").exists()


def test_what_was_not_asked_for_is_not_told_to_the_script() -> None:
    assert Instruments(Asked(stacks_hz=None)).environment == {}


def test_what_is_not_installed_is_said_before_the_script_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "memray", None)

    with pytest.raises(LackingError, match=r"pip install study-harness\[memray\]"):
        Instruments(Asked(stacks_hz=None, allocations=True))


def test_a_refusal_is_told_to_the_scripts_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instruments, "may_trace", lambda: "ptrace is refused")

    assert Instruments(Asked(stacks_hz=20.0)).environment == {"HARNESS_STACKS": "20|ptrace is refused"}


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        (Asked(stacks_hz=100.0), ()),
        (Asked(stacks_hz=None), ("--no-stacks",)),
        (Asked(stacks_hz=250.0, is_rate_fixed=True), ("--rate", "250")),
        (Asked(stacks_hz=100.0, memory_lines=True, allocations=True), ("--memory-lines", "--allocations")),
    ],
)
def test_what_was_asked_for_can_be_asked_for_again(asked: Asked, options: tuple[str, ...]) -> None:
    assert asked.options == options
