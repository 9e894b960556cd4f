from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.profile.columns import Trials
from harness.profile.trial_time.waiting import waiting_of
from tests.profiles import fake_trials, span_columns

costs = st.floats(0, 10)


def alone(wall_s: float, cpu_s: float, storage: tuple[float, float] = (0, 0), queued_s: float | None = None) -> Trials:
    """Ten equal trials, one after the other in one thread."""
    started_s = np.arange(10) * (wall_s + 1.0)
    return replace(
        fake_trials(10),
        process=np.zeros(10, dtype=np.int64),
        started_s=started_s,
        ended_s=started_s + wall_s,
        wall_s=np.full(10, wall_s),
        cpu_s=np.full(10, cpu_s),
        process_cpu_s=np.full(10, cpu_s),
        runqueue_s=np.full(10, np.nan if queued_s is None else queued_s),
        spans={"storage": span_columns(10, *storage)},
        before={},
    )


def together(threads: int, wall_s: float, cpu_s: float, process_cpu_s: float) -> Trials:
    """A trial in each of so many threads of one process, all at the same time, over and over."""
    started_s = np.repeat(np.arange(10), threads) * wall_s
    count = len(started_s)
    return replace(
        fake_trials(count),
        process=np.zeros(count, dtype=np.int64),
        thread=np.tile(np.arange(threads), 10),
        started_s=started_s,
        ended_s=started_s + wall_s,
        wall_s=np.full(count, wall_s),
        cpu_s=np.full(count, cpu_s),
        process_cpu_s=np.full(count, process_cpu_s),
        runqueue_s=np.full(count, 0.0),
        spans={},
        before={},
    )


def test_a_sleeping_trial_waits_for_something_else() -> None:
    waiting = waiting_of(alone(2.0, 0.5), has_gil=True)
    assert (waiting.total_s, waiting.other_s) == (1.5, 1.5)
    assert (waiting.storage_s, waiting.gil_s, waiting.cores_s) == (0.0, 0.0, None)


def test_storage_calls_that_block_wait_for_the_storage() -> None:
    waiting = waiting_of(alone(2.0, 0.5, storage=(1.2, 0.2)), has_gil=True)
    assert waiting.storage_s == pytest.approx(1.0)
    assert waiting.other_s == pytest.approx(0.5)


def test_waiting_for_a_core_is_what_the_kernel_says() -> None:
    waiting = waiting_of(alone(2.0, 1.0, queued_s=0.75), has_gil=True)
    assert waiting.cores_s == 0.75
    assert waiting.other_s == pytest.approx(0.25)


def test_storage_calls_queued_for_a_core_in_proportion_to_their_cpu() -> None:
    waiting = waiting_of(alone(2.0, 1.0, storage=(0.6, 0.1), queued_s=0.5), has_gil=True)
    assert waiting.storage_s == pytest.approx(0.5 - 0.05)


def test_more_queueing_than_waiting_is_cut_to_it() -> None:
    waiting = waiting_of(alone(2.0, 1.5, storage=(0.3, 0.1), queued_s=4.0), has_gil=True)
    assert waiting.cores_s == waiting.total_s == 0.5
    assert (waiting.storage_s, waiting.other_s) == (0.0, 0.0)


def test_nine_threads_that_share_a_core_wait_for_the_gil() -> None:
    waiting = waiting_of(together(9, wall_s=9.0, cpu_s=1.0, process_cpu_s=9.0), has_gil=True)
    assert waiting.total_s == 8.0
    assert waiting.gil_s == pytest.approx(8.0)
    assert waiting.other_s == pytest.approx(0.0)


def test_without_a_gil_nothing_waits_for_it() -> None:
    waiting = waiting_of(together(9, wall_s=9.0, cpu_s=1.0, process_cpu_s=9.0), has_gil=False)
    assert waiting.gil_s == 0.0
    assert waiting.other_s == pytest.approx(8.0)


def test_threads_that_sleep_do_not_wait_for_the_gil() -> None:
    waiting = waiting_of(together(4, wall_s=1.0, cpu_s=0.01, process_cpu_s=0.04), has_gil=True)
    assert waiting.gil_s == pytest.approx(0.03)


def test_threads_of_native_code_that_run_at_once_do_not_wait() -> None:
    waiting = waiting_of(together(4, wall_s=1.0, cpu_s=1.0, process_cpu_s=4.0), has_gil=True)
    assert waiting.total_s == waiting.gil_s == 0.0


def test_a_blas_pool_beside_a_single_thread_is_no_gil() -> None:
    trials = alone(2.0, 0.5)
    waiting = waiting_of(replace(trials, process_cpu_s=np.full(10, 4.0)), has_gil=True)
    assert waiting.gil_s == 0.0


def test_two_processes_do_not_share_a_gil() -> None:
    trials = together(2, wall_s=2.0, cpu_s=1.0, process_cpu_s=1.0)
    waiting = waiting_of(replace(trials, process=trials.thread, thread=trials.process), has_gil=True)
    assert waiting.gil_s == 0.0


@given(costs, costs, costs, costs, costs, st.booleans(), st.integers(1, 4))
def test_the_parts_add_up_and_none_is_negative(
    wall_s: float, cpu_s: float, storage_s: float, storage_cpu_s: float, queued_s: float, has_gil: bool, threads: int
) -> None:
    trials = together(threads, max(wall_s, 1e-6), cpu_s, cpu_s * threads)
    trials = replace(
        trials,
        spans={"storage": span_columns(len(trials), storage_s, storage_cpu_s)},
        runqueue_s=np.full(len(trials), queued_s),
    )
    waiting = waiting_of(trials, has_gil)
    assert waiting.cores_s is not None
    parts = (waiting.cores_s, waiting.storage_s, waiting.gil_s, waiting.other_s)
    assert min(parts) >= 0
    assert sum(parts) == pytest.approx(waiting.total_s, abs=1e-12)
    assert waiting.total_s == pytest.approx(max(max(wall_s, 1e-6) - cpu_s, 0), abs=1e-12)
