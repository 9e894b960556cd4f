from typing import Any

import pytest

from harness.profile.account.rows import Imported, ProcessPhases
from harness.profile.children import started_processes
from tests.findings.studies import study

PROFILE = study({"other": (1.0, 0.1)}, trials=10)
TRIALS, PROCESSES = PROFILE.trials, PROFILE.processes
PID = PROCESSES[0].pid


def child(trial: int, pid: int = 9000, after_s: float = 0.1, imports_s: float = 0.4, **changes: Any) -> ProcessPhases:
    """A Python that a trial starts; it is there for 0.6 s."""
    began_s = float(TRIALS.started_s[trial]) + after_s
    given: dict[str, Any] = {
        "pid": pid + trial,
        "parent": PID,
        "is_fork": False,
        "is_worker": False,
        "started_s": began_s,
        "ready_s": began_s + 0.05,
        "ready_cpu_s": 0.02,
        "loops": (),
        "has_asked": False,
        "callbacks": (),
        "imports": (
            Imported(began_s=began_s + 0.05, ended_s=began_s + 0.05 + imports_s, wall_s=imports_s, cpu_s=imports_s),
        ),
        "packages": {"pandas": (imports_s, imports_s), "_study_harness": (0.1, 0.1)},
        "exit_s": began_s + 0.6,
        "exit_cpu_s": 0.5,
        "at_s": began_s + 0.6,
        "cpu_s": 0.5,
        "is_final": True,
    }
    return ProcessPhases(**{**given, **changes})


def test_what_trials_start_is_counted_with_its_start_and_its_life() -> None:
    found = started_processes([child(trial) for trial in range(10)], TRIALS, PROCESSES)
    assert found is not None
    assert (found.count, found.per_trial) == (10, 1.0)
    assert (found.startup_s_per_trial, found.life_s_per_trial) == (pytest.approx(0.45), pytest.approx(0.6))
    assert found.packages == (("pandas", pytest.approx(0.4)),)


def test_a_start_that_the_kernel_rounds_to_before_the_trial_is_the_trials() -> None:
    rounded = [child(trial, after_s=-0.009) for trial in range(10)]
    found = started_processes(rounded, TRIALS, PROCESSES)
    assert found is not None
    assert (found.count, found.startup_s_per_trial) == (10, pytest.approx(0.441, abs=0.002))


def test_processes_of_one_trial_that_start_side_by_side_cost_it_once() -> None:
    pairs = [child(trial, pid) for trial in range(10) for pid in (9000, 9100)]
    found = started_processes(pairs, TRIALS, PROCESSES)
    assert found is not None
    assert (found.per_trial, found.startup_s_per_trial) == (2.0, pytest.approx(0.45))


@pytest.mark.parametrize(
    "phases",
    [
        [],
        [child(0, pid) for pid in (9000, 9100)],  # a pool, once
        [child(trial, is_fork=True) for trial in range(10)],
        [child(trial, parent=1) for trial in range(10)],  # another's child
        [child(trial, after_s=-5000.0) for trial in range(10)],  # before the first trial
        [child(trial, pid=PID - trial) for trial in range(10)],  # it runs trials itself
    ],
)
def test_what_is_no_habit_of_trials_is_left_out(phases: list[ProcessPhases]) -> None:
    assert started_processes(phases, TRIALS, PROCESSES) is None
