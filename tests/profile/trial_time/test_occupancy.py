from dataclasses import replace

import numpy as np
import pytest

from harness.profile.columns import Trials
from harness.profile.facts import Process
from harness.profile.trial_time.occupancy import busy_s, occupancy_of
from tests.fakes import EPOCH_S
from tests.profiles import fake_process, fake_trials, span_columns


def trials_of(process: list[int], thread: list[int], began: list[float], lasted: list[float]) -> Trials:
    started_s = EPOCH_S + np.array(began)
    return replace(
        fake_trials(len(began)),
        process=np.array(process),
        thread=np.array(thread),
        started_s=started_s,
        ended_s=started_s + np.array(lasted),
        wall_s=np.array(lasted),
    )


def ready_at(*seconds: float) -> tuple[Process, ...]:
    return tuple(fake_process(4000 + index, ready_s=EPOCH_S + at_s) for index, at_s in enumerate(seconds))


def test_one_worker_that_never_rests_is_not_idle() -> None:
    found = occupancy_of(trials_of([0, 0], [0, 0], [0, 5], [5, 5]), ready_at(0))
    assert (found.span_s, found.parallelism, found.idle_share) == (10.0, 1.0, 0.0)


def test_the_wait_before_the_first_trial_and_after_the_last_is_idle() -> None:
    found = occupancy_of(trials_of([0, 1], [0, 0], [5, 0], [5, 5]), ready_at(0, 0))
    assert found.span_s == 10.0
    assert found.parallelism == 1.0
    assert found.idle_share == pytest.approx(0.5)


def test_a_worker_that_came_late_was_not_idle_before() -> None:
    found = occupancy_of(trials_of([0, 1], [0, 0], [0, 5], [10, 5]), ready_at(0, 5))
    assert found.idle_share == 0.0
    assert found.parallelism == pytest.approx(1.5)


def test_threads_count_as_workers_while_they_ran_at_once() -> None:
    busy = occupancy_of(trials_of([0, 0], [0, 1], [0, 0], [10, 10]), ready_at(0))
    assert (busy.parallelism, busy.idle_share) == (2.0, 0.0)
    half = occupancy_of(trials_of([0, 0], [0, 1], [0, 0], [10, 5]), ready_at(0))
    assert half.idle_share == pytest.approx(0.25)


def test_a_new_pool_of_threads_for_each_call_is_no_crowd_of_idle_workers() -> None:
    threads = list(range(20))
    found = occupancy_of(trials_of([0] * 20, threads, [float(t) for t in threads], [1.0] * 20), ready_at(0))
    assert found.idle_share == pytest.approx(0.0)


def test_trials_open_at_once_share_their_thread() -> None:
    trials = trials_of([0, 0], [0, 0], [0, 0], [10, 10])
    found = occupancy_of(replace(trials, wall_s=np.array([5.0, 5.0])), ready_at(0))
    assert (found.parallelism, found.idle_share) == (1.0, 0.0)


def test_a_nested_studys_trials_are_counted_once() -> None:
    trials = trials_of([0, 0], [0, 0], [0, 2], [10, 6])
    nested = span_columns(2, 0.0, 0.0)
    nested.wall_s[0] = 6.0
    trials = replace(trials, spans={"nested study": nested})
    assert busy_s(trials).tolist() == [4.0, 6.0]
    assert occupancy_of(trials, ready_at(0)).parallelism == 1.0
