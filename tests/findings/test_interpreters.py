from dataclasses import replace

import pytest

from harness.findings.interpreters import Interpreter

LOCKED = Interpreter(
    pid=1, threads=4, trials=40, working_s=10.0, busy_s=40.0, cpu_s=9.8, queued_s=0.0, blocked_share=0.7
)


def test_threads_that_fill_one_core_and_block_each_other_are_bound_by_the_lock() -> None:
    assert LOCKED.is_lock_bound
    assert LOCKED.cores == pytest.approx(0.98)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"threads": 1}, "one thread has nobody to wait for"),
        ({"busy_s": 10.0}, "threads took turns by themselves"),
        ({"cpu_s": 15.0}, "they compute outside the lock"),
        ({"cpu_s": 2.0}, "they wait for something else"),
        ({"blocked_share": 0.01}, "they do not block each other"),
        ({"native_cores": 0.5}, "their work is done by native threads, outside the lock"),
        ({"cpu_s": None}, "nothing is known of a history"),
        ({"working_s": 0.0}, "no time passed"),
    ],
)
def test_others_are_not(changes: dict[str, float | None], why: str) -> None:
    assert not replace(LOCKED, **changes).is_lock_bound, why  # type: ignore[arg-type]


def test_on_a_busy_machine_waiting_for_a_core_counts_as_asking_for_it() -> None:
    starved = replace(LOCKED, cpu_s=4.0)
    assert not starved.is_lock_bound
    assert replace(starved, queued_s=5.0).is_lock_bound


def test_threads_that_mostly_sleep_on_a_busy_machine_do_not_share_a_lock() -> None:
    """Eight threads that wait for a service, and queue for a core each time they wake."""
    starved = replace(LOCKED, threads=8, busy_s=72.0, cpu_s=0.9, queued_s=8.3, blocked_share=0.08)
    assert not replace(starved, asleep_share=0.79).is_lock_bound
    assert replace(starved, asleep_share=0.04).is_lock_bound


def test_a_record_that_does_not_know_who_blocked_whom_is_judged_by_cores() -> None:
    assert replace(LOCKED, blocked_share=None).is_lock_bound
