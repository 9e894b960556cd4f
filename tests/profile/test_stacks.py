from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.attach.sampler import ObservedSampler
from harness.attach.storage import ObservedStorage
from harness.model.stacks import Frame, StackSource
from harness.profile.facts import FlameNode, HotLine, StackProfile
from harness.profile.stacks import profile_of, stack_profile
from tests.profile.stack_samples import (
    ABOVE,
    HARNESS,
    ROLLING,
    RUN_TRIAL,
    SERIES,
    SITE,
    STORAGE,
    WAITING,
    Samples,
    frame,
    user,
)
from tests.profiles import PIDS, TRIAL_S, fake_process, fake_trials, header

PROCESSES = tuple(fake_process(pid) for pid in PIDS)
TRIALS = fake_trials(9)
FIRST_S = float(TRIALS.started_s[0])
OBJECTIVE_S = FIRST_S + 0.005  # in no segment
BACKTEST_S = FIRST_S + 0.1
BETWEEN_S = FIRST_S + TRIAL_S + 0.002
PID = PIDS[0]


def profile(samples: Samples, **changes: object) -> StackProfile:
    return profile_of(samples.stacks, replace(TRIALS, **changes), header(), PROCESSES)  # type: ignore[arg-type]


def lines(samples: Samples, **changes: object) -> tuple[HotLine, ...]:
    return profile(samples, **changes).hot_lines


def labels(node: FlameNode | None) -> list[str]:
    return [] if node is None else [node.label, *(label for child in node.children for label in labels(child))]


def test_no_samples_in_the_folder_no_profile(tmp_path: Path) -> None:
    assert stack_profile(tmp_path, TRIALS, header(), PROCESSES) is None


def test_time_between_trials_is_cut_off_and_counted() -> None:
    found = profile(Samples().add((*ABOVE, user(7)), OBJECTIVE_S, PID).add(ABOVE, BETWEEN_S, PID))
    assert (found.samples, found.samples_outside, found.processes) == (1, 1, 1)


def test_the_frame_that_runs_a_trial_makes_up_for_an_inexact_clock() -> None:
    found = profile(Samples().add((*RUN_TRIAL, user(7)), BETWEEN_S, PID))
    assert (found.samples, found.samples_outside) == (1, 0)


def test_a_trial_that_never_ended_is_seen_all_the_same() -> None:
    found = profile(Samples().add((*RUN_TRIAL, user(7)), FIRST_S + 1e6, PID))
    assert [line.line for line in found.hot_lines] == [7]


def test_the_same_moment_in_another_thread_is_not_in_the_trial() -> None:
    waiting = Samples().add(WAITING, OBJECTIVE_S, PID, 5555)
    assert profile(waiting).samples == 0


def test_a_thread_that_the_objective_started_works_for_the_only_open_trial() -> None:
    helper = (frame("/usr/lib/python3.11/threading.py", 1, "Thread.run"), user(20, "work"))
    found = profile(Samples().add(helper, OBJECTIVE_S, PID, 5555))
    assert [line.function for line in found.hot_lines] == ["work"]


def test_a_thread_without_trials_belongs_to_nobody_while_two_trials_are_open() -> None:
    both = np.zeros(9, dtype=np.int64)
    helper = Samples().add((user(20, "work"),), OBJECTIVE_S, PID, 5555)
    threads = np.arange(9) % 3 + PID
    assert profile(helper, process=both, native_thread=threads).samples == 0


BORN = (
    frame("/usr/lib/python3.11/multiprocessing/popen_fork.py", 66, "Popen._launch"),
    frame("/usr/lib/python3.11/multiprocessing/process.py", 314, "BaseProcess._bootstrap"),
    frame("/usr/lib/python3.11/concurrent/futures/process.py", 240, "_process_worker"),
)


def test_a_process_forked_inside_a_trial_is_not_the_trial() -> None:
    forked = (*RUN_TRIAL, user(7), *BORN)
    samples = Samples().add((*RUN_TRIAL, user(7)), OBJECTIVE_S, PID)
    samples.add((*forked, user(20, "compute")), OBJECTIVE_S, 777, weight_s=0.3)
    queue = frame("/usr/lib/python3.11/multiprocessing/connection.py", 379, "Connection._recv")
    samples.add((*forked, queue), OBJECTIVE_S, 778)  # a worker without work
    samples.add((*forked, user(20, "compute")), FIRST_S - 50, 777)  # before any trial
    found = profile(samples)
    assert [line.line for line in found.hot_lines] == [7]
    assert [(one.function, one.lines, one.samples) for one in found.elsewhere] == [("compute", (20,), 1)]


def test_a_trial_in_a_forked_worker_is_a_trial() -> None:
    found = profile(Samples().add((*ABOVE, *BORN, *RUN_TRIAL, user(7)), BETWEEN_S, PID))
    assert [line.line for line in found.hot_lines] == [7]


def test_trials_of_an_unknown_thread_are_those_of_the_main_one() -> None:
    unknown = np.full(9, -1)
    assert profile(Samples().add((user(7),), OBJECTIVE_S, PID), native_thread=unknown).samples == 1


@pytest.mark.parametrize(
    ("below", "span"),
    [
        ((user(7), *STORAGE), "storage"),
        ((user(7), frame(f"{HARNESS}/attach/sampler.py", 50, "_call")), "suggest"),
        ((user(7), frame(f"{HARNESS}/attach/pruner.py", 30, "ObservedPruner.prune")), "pruner"),
        ((user(7), frame(f"{HARNESS}/workloads/base.py", 1, "Source.__call__"), user(3, "bars")), "load"),
        ((user(7), frame(f"{HARNESS}/workloads/base.py", 1, "Feature.__call__"), user(3, "ema")), "feature"),
        ((user(7), frame(f"{HARNESS}/workloads/marks/source.py", 1, "Source._load"), user(3, "bars")), "load"),
        ((user(7), frame(f"{HARNESS}/workloads/marks/memo.py", 1, "Memo.answer"), user(3, "bars")), "objective"),
        ((user(7), frame(f"{SITE}/pandas/io/parquet.py", 41, "counting.<locals>.reader")), "load"),
        ((user(7), frame(f"{SITE}/pandas/io/parsers/readers.py", 41, "read_csv")), "load"),
        ((user(7), frame(f"{SITE}/joblib/numpy_pickle.py", 41, "dump")), "objective"),
        ((user(7), frame(f"{HARNESS}/attach/sampler.py", 50, "_call"), *STORAGE), "storage"),
        ((user(7),), "objective"),
    ],
)
def test_our_own_innermost_frame_names_the_span(below: Sequence[Frame], span: str) -> None:
    observer = frame(f"{HARNESS}/attach/storage.py", 1, "elsewhere")  # by which the run's own harness is known
    samples = Samples().add((*RUN_TRIAL, *below), OBJECTIVE_S, PID).add((observer,), FIRST_S - 9, PID)
    assert [line.span for line in lines(samples)] == [span]


@pytest.mark.parametrize(
    ("method", "span"),
    [
        (ObservedStorage.get_best_trial, "storage"),
        (ObservedStorage.set_trial_param, "storage"),
        (ObservedStorage.set_trial_user_attr, "storage"),
        (ObservedSampler.sample_independent, "suggest"),
    ],
)
def test_the_calls_that_are_charged_name_their_span(method: Any, span: str) -> None:
    """By what a sampler of stacks reads of their code: the file of the frame's code and its qualified name."""
    code = method.__code__
    file = f"{HARNESS}/{code.co_filename.rpartition('/harness/')[2]}"
    below = frame(f"{SITE}/optuna/storages/_rdb/storage.py", 400, "RDBStorage.anything")
    samples = Samples().add((*RUN_TRIAL, user(7), frame(file, 40, code.co_qualname), below), BACKTEST_S, PID)
    assert [line.span for line in lines(samples)] == [span]
    assert code.co_name == code.co_qualname  # py-spy reads one or the other


def test_a_span_that_the_user_marked_is_found_by_time() -> None:
    assert [line.span for line in lines(Samples().add((*RUN_TRIAL, user(7)), BACKTEST_S, PID))] == ["backtest"]


def test_what_the_sampler_inside_says_is_believed() -> None:
    samples = Samples(StackSource.IN_PROCESS).add((*ABOVE, user(7)), FIRST_S + 1e6, PID, span="mine", trial=3)
    found = profile(samples)
    assert [line.span for line in found.hot_lines] == ["mine"]
    assert found.why == "ptrace is refused"


def test_a_line_in_a_marked_span_is_in_it_where_the_mark_was_not_kept() -> None:
    samples = Samples()
    for at_s in (BACKTEST_S, BACKTEST_S + 0.01, OBJECTIVE_S):
        samples.add((*RUN_TRIAL, user(7)), at_s, PID)
    assert [(line.span, line.share) for line in lines(samples)] == [("backtest", pytest.approx(1.0))]


def test_the_deepest_line_of_the_user_counts_and_libraries_do_not() -> None:
    found = lines(Samples().add((*RUN_TRIAL, user(7), user(30, "slope"), *SERIES), OBJECTIVE_S, PID))
    assert [(line.file, line.line, line.function) for line in found] == [("optimise.py", 30, "slope")]


def test_a_callback_per_row_is_shown_at_the_line_that_calls_it() -> None:
    samples = Samples().add((*RUN_TRIAL, user(7), *ROLLING, user(30, "slope"), *SERIES), OBJECTIVE_S, PID)
    samples.add((*RUN_TRIAL, user(7), *ROLLING), OBJECTIVE_S, PID)  # between two calls of it: the same line
    (line,) = lines(samples)
    assert (line.line, line.callback) == (7, "Rolling.apply calls slope() for each row")
    assert line.share == pytest.approx(1.0)
    assert line.s_per_trial == pytest.approx(TRIAL_S)


def test_an_ordinary_library_that_calls_back_is_not_taken_for_a_row_loop() -> None:
    fit = frame(f"{SITE}/scipy/optimize/_minimize.py", 700, "minimize")
    (line,) = lines(Samples().add((*RUN_TRIAL, user(7), fit, user(30, "loss")), OBJECTIVE_S, PID))
    assert (line.line, line.callback) == (30, None)


def test_a_callback_per_group_gives_way_to_one_per_row_inside_it() -> None:
    groups = frame(f"{SITE}/pandas/core/groupby/groupby.py", 1500, "GroupBy.apply")
    per_group = (*RUN_TRIAL, user(7), groups, user(20, "one"))
    samples = Samples().add((*per_group, user(21, "one")), OBJECTIVE_S, PID)
    samples.add((*per_group, *ROLLING, user(30, "slope")), OBJECTIVE_S, PID, weight_s=0.2)
    found = {line.line: line.callback for line in lines(samples)}
    assert found == {7: "GroupBy.apply calls one() for each group", 20: "Rolling.apply calls slope() for each row"}


def test_a_loop_over_iterrows_is_shown_at_its_head_from_the_frames_alone() -> None:
    iterator = frame(f"{SITE}/pandas/core/frame.py", 1550, "DataFrame.iterrows")
    (line,) = lines(Samples().add((*RUN_TRIAL, user(12), iterator, *SERIES), OBJECTIVE_S, PID))
    assert (line.line, line.callback) == (12, "the loop over iterrows() runs Python for each row")


def test_frames_above_the_objective_and_ours_are_not_in_the_flame() -> None:
    samples = Samples().add((*RUN_TRIAL, user(7), *STORAGE), OBJECTIVE_S, PID)
    assert labels(profile(samples).flame) == [
        "trials",
        "objective (optimise.py)",
        "Trial.set_user_attr (optuna/trial/_trial.py)",
        "RDBStorage.set_trial_user_attr (optuna/storages/_rdb/storage.py)",
    ]


def test_lines_of_a_function_are_one_node_of_the_flame() -> None:
    samples = Samples().add((*RUN_TRIAL, user(7)), OBJECTIVE_S, PID).add((*RUN_TRIAL, user(8)), OBJECTIVE_S, PID)
    found = profile(samples).flame
    assert found is not None
    assert [(child.label, round(child.weight_s, 3), child.is_user) for child in found.children] == [
        ("objective (optimise.py)", 0.1, True)
    ]


def test_processes_are_merged() -> None:
    samples = Samples()
    for pid in PIDS:
        samples.add((*RUN_TRIAL, user(7)), OBJECTIVE_S, pid)
    found = profile(samples)
    assert (found.processes, len(found.hot_lines)) == (3, 1)


def test_hostile_names_are_kept_as_they_are() -> None:
    name = "objective;<script>\x1b[2J\u202e"
    samples = Samples().add((*RUN_TRIAL, user(7, name)), OBJECTIVE_S, PID)
    assert profile(samples).hot_lines[0].function == name


def test_without_trials_there_are_lines_but_no_seconds() -> None:
    found = profile_of(Samples().add((*RUN_TRIAL, user(7)), OBJECTIVE_S, PID).stacks, fake_trials(0), header(), ())
    assert [(line.share, line.s_per_trial) for line in found.hot_lines] == [(1.0, 0.0)]
