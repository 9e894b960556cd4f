"""The speed targets: what is called met, how recording's cost is told from two studies, and the command itself."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stats.interval import Interval


def target() -> Any:
    return import_module("speed.target")


def recording() -> Any:
    return import_module("speed.recording")


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.8, 1.0, "met"), (1.01, 1.3, "not met"), (0.9, 1.1, "undecided"), (None, None, "met")],
)
def test_a_target_is_met_only_when_its_whole_interval_is(low: float, high: float, verdict: str) -> None:
    line = target().Measured(what="", value=Interval(value=1.0, low=low, high=high), unit="x", limit=1.0)
    assert line.verdict.value == verdict


def test_a_line_without_a_limit_has_no_verdict() -> None:
    assert target().Measured(what="", value=Interval(value=9.0), unit="x").verdict.value == ""


@given(st.lists(st.floats(0.1, 10), min_size=6, max_size=30), st.floats(0.5, 4))
def test_what_slows_both_of_a_pair_leaves_their_ratio(slowness: list[float], ratio: float) -> None:
    found = target().paired_ratio([ratio * slow for slow in slowness], slowness)
    assert found.low == pytest.approx(ratio)
    assert found.high == pytest.approx(ratio)


def test_each_arm_goes_first_in_every_second_pair() -> None:
    assert [target().in_turn(pair) for pair in range(4)] == [(0, 1), (1, 0), (0, 1), (1, 0)]


@given(st.integers(0, 400_000), st.integers(0, 40))
def test_the_cost_of_recording_and_its_rise_are_found_again(cost_ns: int, rise_ns: int) -> None:
    """Two clocks that differ by a known cost per trial, which grows by a known step with each trial."""
    trials = range(recording().LAST + 1)
    bare = [500_000 * trial for trial in trials]
    observed = [bare[trial] + cost_ns * trial + rise_ns * trial * (trial - 1) // 2 for trial in trials]
    profile = recording().cost_ms(observed, bare)
    middle = recording().FIRST + (recording().WINDOW - 1) / 2
    assert profile[0] == pytest.approx((cost_ns + rise_ns * middle) * 1e-6, abs=1e-9)
    assert recording().rise_ms(profile) == pytest.approx(rise_ns * 4_990 * 1e-6, abs=1e-9)


def test_the_windows_cover_trials_10_to_5000_without_a_rest() -> None:
    assert (recording().LAST - recording().FIRST) % recording().WINDOW == 0


BLOCKS = """
import sys
for block in range(int(sys.argv[2])):
    print(".", flush=True)
    sys.stdin.readline()
    with open(sys.argv[1], "a") as log:
        log.write(sys.argv[3])
print(sys.argv[3])
"""


@pytest.mark.process
def test_processes_in_lockstep_take_turns_in_going_first(tmp_path: Path) -> None:
    log = tmp_path / "log"
    programs = [["-c", BLOCKS, str(log), "4", name] for name in "ab"]
    assert import_module("speed.processes").run_in_lockstep(programs, tmp_path) == ["a", "b"]
    assert log.read_text() == "abbaabba"


@pytest.mark.process
@pytest.mark.parametrize(
    ("other", "reason"),
    [(["-c", BLOCKS, "other.txt", "3", "b"], "same number of blocks"), (["-c", "raise SystemExit(3)"], "ended with 3")],
)
def test_processes_that_cannot_keep_step_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: list[str], reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    programs = [["-c", BLOCKS, "log", "2", "a"], other]
    with pytest.raises(RuntimeError, match=reason):
        import_module("speed.processes").run_in_lockstep(programs, tmp_path)


@pytest.mark.process
def test_the_command_measures_a_target_and_prints_json(repository: Path) -> None:
    command = [sys.executable, str(repository / "benchmarks" / "targets.py"), "help", "--pairs", "1", "--json"]
    lines = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert {line["target"] for line in lines} == {"help"}
    assert all(line["median"] > 0 for line in lines)
    assert [line["limit"] for line in lines] == [0.3, None, None]


@pytest.mark.process
def test_the_command_refuses_a_name_that_it_does_not_know(repository: Path) -> None:
    command = [sys.executable, str(repository / "benchmarks" / "targets.py"), "speed"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "no target is called speed" in ended.stderr
