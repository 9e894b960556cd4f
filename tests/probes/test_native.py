"""Native threads: what they compute between two readings, never what Python's own threads do, at a bounded rate."""

import threading

import numpy as np
import pytest

from harness.probes.native import NativeThreads, Reading, native_between, read_native


def reading(*threads: tuple[int, int, int], at_s: float = 0.0) -> Reading:
    return Reading(
        int(at_s * 1e9), {thread: (cpu_ms * 1_000_000, wait_ms * 1_000_000) for thread, cpu_ms, wait_ms in threads}
    )


def test_work_is_what_each_thread_added() -> None:
    before = reading((1, 500, 0), (2, 0, 0), (3, 0, 0))
    native = native_between(before, reading((1, 600, 40), (2, 2, 0), (3, 90, 50), at_s=1.0))
    assert native.cpu_s == pytest.approx(0.192)
    assert native.queued_s == pytest.approx(0.090)
    assert native.busy_s == pytest.approx(0.140)
    assert native.threads == 2  # the one that only woke up is no worker


def test_a_thread_that_was_not_there_before_may_be_one_of_pythons() -> None:
    assert native_between(reading(), reading((9, 700, 0))).cpu_s == 0
    assert native_between(reading((9, 700, 0)), reading()).cpu_s == 0


def test_threads_that_slept_did_nothing() -> None:
    same = reading((1, 500, 3), (2, 7, 0))
    assert native_between(same, same) == (0.0, 0.0, 0.0, 0)


class Readings:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> Reading:
        self.asked += 1
        return reading((1, 100 * self.asked, 0), at_s=float(self.asked))


def test_nothing_more_is_read_while_nobody_else_computes() -> None:
    read = Readings()
    meter = NativeThreads(read)
    first = meter.before()
    assert meter.after(first, 1.0, 1.001) == (0.0, 0.0, 0.0, 0)  # known: nothing
    assert meter.before() is None
    assert meter.after(None, 1.0, 1.001) is None
    assert read.asked == 1


def test_a_process_that_computes_more_than_its_trial_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.probes.native._REST", 0)
    read = Readings()
    meter = NativeThreads(read)
    native = meter.after(meter.before(), 1.0, 2.0)
    assert native is not None
    assert native.cpu_s == pytest.approx(0.1)
    assert meter.before() is not None


def test_readings_take_at_most_a_hundredth_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 10**9, 1_000))
    monkeypatch.setattr("harness.probes.native.time.perf_counter_ns", lambda: next(now))
    meter = NativeThreads(Readings())
    assert meter.before() is not None
    assert [meter.before() for _ in range(90)] == [None] * 90
    assert any(meter.before() is not None for _ in range(20))


def test_a_python_thread_is_no_native_one() -> None:
    done = threading.Event()

    def compute() -> None:
        while not done.is_set():
            sum(range(1000))

    before = read_native()
    if before is None:
        pytest.skip("the kernel has no account of threads here")
    thread = threading.Thread(target=compute)
    thread.start()
    try:
        while thread.native_id is None:
            done.wait(0.001)
        after = read_native()
        assert after is not None
        assert thread.native_id not in after.threads
    finally:
        done.set()
        thread.join()


def test_a_blas_thread_is_seen_to_compute() -> None:
    before = read_native()
    if before is None:
        pytest.skip("the kernel has no account of threads here")
    large = np.ones((700, 700))
    for _ in range(6):
        large = large @ large / 700
    after = read_native()
    assert after is not None
    if not after.threads:
        pytest.skip("BLAS has a single thread here")
    assert native_between(before, after).cpu_s > 0
