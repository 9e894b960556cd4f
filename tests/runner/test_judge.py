"""What a launcher saw, and how the run is then said to have ended."""

from pathlib import Path

import pytest

from harness.model.record import Ending
from harness.runner.launch import ONE_THREAD, Progress, Seen, child_environment, judge

VALUE = {"type": "ValueError", "sentence": "ValueError: five"}
MEMORY = {"type": "MemoryError", "sentence": "MemoryError: no 8 GiB"}
LOST = {"type": "WorkerLostError", "sentence": "worker 1 was killed by SIGKILL"}
KERNEL = "killed by the kernel, which was out of memory for this group of processes"


@pytest.mark.parametrize(
    ("exit_code", "errors", "seen", "ending", "detail"),
    [
        (0, [], Seen(), Ending.FINISHED, None),
        (0, [], Seen(oom_kills=1), Ending.FINISHED, None),  # somebody else's
        (0, [], Seen(missing_trials=3), Ending.FAILED, "ended before its last trial, without an error"),
        (1, [VALUE], Seen(missing_trials=3), Ending.FAILED, "ValueError: five"),
        (1, [VALUE], Seen(oom_kills=1), Ending.FAILED, "ValueError: five"),
        (7, [], Seen(), Ending.FAILED, "ended with exit code 7 without saying why"),
        (1, [MEMORY], Seen(), Ending.OUT_OF_MEMORY, "MemoryError: no 8 GiB"),
        (1, [VALUE, MEMORY], Seen(), Ending.OUT_OF_MEMORY, "MemoryError: no 8 GiB"),
        (-9, [], Seen(), Ending.KILLED, "killed by SIGKILL"),
        (-11, [], Seen(), Ending.KILLED, "killed by SIGSEGV"),
        (-9, [], Seen(oom_kills=1), Ending.OUT_OF_MEMORY, KERNEL),
        (3, [LOST], Seen(), Ending.KILLED, "worker 1 was killed by SIGKILL"),
        (3, [LOST], Seen(oom_kills=2), Ending.OUT_OF_MEMORY, KERNEL),
        (3, [LOST, VALUE], Seen(), Ending.KILLED, "worker 1 was killed by SIGKILL"),
        (-9, [], Seen(timed_out_s=2.5), Ending.TIMED_OUT, "stopped at its time-out of 2.5 s"),
        (130, [VALUE], Seen(timed_out_s=2.0), Ending.TIMED_OUT, "stopped at its time-out of 2 s"),
        (-40, [], Seen(), Ending.KILLED, "killed by signal 40"),
        (130, [], Seen(interrupted=True), Ending.INTERRUPTED, "stopped by the user"),
        (-9, [MEMORY], Seen(interrupted=True, oom_kills=1), Ending.INTERRUPTED, "stopped by the user"),
    ],
)
def test_what_was_seen_is_one_ending_and_one_sentence(
    exit_code: int, errors: list[dict[str, str]], seen: Seen, ending: Ending, detail: str | None
) -> None:
    assert judge(exit_code=exit_code, errors=errors, seen=seen) == (ending, detail)


def test_a_child_gets_one_blas_thread_and_a_fixed_hash_seed() -> None:
    environment = child_environment({"PATH": "/bin"}, Path("records"))

    assert environment["PATH"] == "/bin"
    assert environment["PYTHONHASHSEED"] == "0"
    assert {environment[name] for name in ONE_THREAD} == {"1"}
    assert environment["HARNESS_HOME"] == str(Path.cwd() / "records")


def test_what_the_user_has_set_stays_but_the_home_is_the_runs_own() -> None:
    given = {"OMP_NUM_THREADS": "8", "PYTHONHASHSEED": "random", "HARNESS_HOME": "elsewhere"}

    environment = child_environment(given, Path("/records"))

    assert (environment["OMP_NUM_THREADS"], environment["PYTHONHASHSEED"]) == ("8", "random")
    assert environment["MKL_NUM_THREADS"] == "1"
    assert environment["HARNESS_HOME"] == "/records"


def test_the_time_left_is_at_the_rate_so_far() -> None:
    assert Progress(label="a", done=10, trials=50, elapsed_s=20.0).left_s == 80.0
    assert Progress(label="a", done=0, trials=50, elapsed_s=20.0).left_s is None
