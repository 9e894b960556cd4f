from harness.profile.code_kinds import code_of
from harness.profile.hot_lines import WeighedStack
from harness.profile.waiting_lines import waiting_lines
from tests.profile.stack_samples import SCRIPT, SERIES, SITE, frame, user

JOBLIB = (
    frame(f"{SITE}/sklearn/model_selection/_validation.py", 700, "cross_val_score"),
    frame(f"{SITE}/joblib/parallel.py", 2000, "Parallel.__call__"),
    frame(f"{SITE}/joblib/parallel.py", 1680, "Parallel._get_outputs"),
    frame(f"{SITE}/joblib/parallel.py", 1784, "Parallel._retrieve"),
)
IN_LINE = (
    frame(f"{SITE}/joblib/parallel.py", 2000, "Parallel.__call__"),
    frame(f"{SITE}/joblib/parallel.py", 1900, "Parallel._get_sequential_output"),
    frame(f"{SITE}/sklearn/svm/_base.py", 300, "fit"),
)
COMMAND = (
    frame("/usr/lib/python3.11/subprocess.py", 550, "run"),
    frame("/usr/lib/python3.11/subprocess.py", 1200, "Popen.communicate"),
    frame("/usr/lib/python3.11/subprocess.py", 2000, "Popen._try_wait"),
)
FUTURE = (frame("/usr/lib/python3.11/concurrent/futures/_base.py", 450, "Future.result"),)


def told(*stacks: tuple[tuple[object, ...], float]) -> list[tuple[int, str, float]]:
    weighed = [WeighedStack(frames=frames, span="objective", weight_s=weight) for frames, weight in stacks]  # type: ignore[arg-type]
    code = code_of([user(1)], (SCRIPT,))
    return [(line.line, line.waits_for, line.share) for line in waiting_lines(weighed, code)]


def test_the_line_that_hands_work_out_is_told_with_what_it_waits_for() -> None:
    assert told(((user(34), *JOBLIB), 9.0), ((user(30), *SERIES), 1.0)) == [(34, "joblib's workers", 0.9)]


def test_the_innermost_line_of_the_user_s_counts() -> None:
    assert told(((user(34), user(12, "fit"), *FUTURE), 1.0)) == [(12, "a pool's workers", 1.0)]


def test_commands_are_waited_for_and_largest_come_first() -> None:
    assert told(((user(5), *COMMAND), 1.0), ((user(9), *JOBLIB), 3.0)) == [
        (9, "joblib's workers", 0.75),
        (5, "a command", 0.25),
    ]


def test_work_done_in_line_and_the_user_s_own_functions_of_that_name_wait_for_nobody() -> None:
    assert told(((user(34), *IN_LINE), 1.0), ((user(34), user(3, "wait")), 1.0), ((*JOBLIB,), 1.0)) == []


def test_what_is_next_to_nothing_is_left_out() -> None:
    assert told(((user(34), *JOBLIB), 0.009), ((user(30), *SERIES), 0.991)) == []
    assert told() == []
