"""The barrier: nobody passes while another may still run a trial of the leg before."""

import threading
from pathlib import Path

import pytest

from harness.model.plan import Plan
from harness.model.search import Search, Stage
from harness.runner.searching.barrier import Barrier, remove_barrier
from harness.runner.searching.legs import legs_of

LEGS = legs_of(Plan(workload="x", trials=3, search=Search(stages=tuple(Stage(trials=1) for _ in range(3)))))


class Waiting(threading.Thread):
    """Another worker that comes to a leg; flock tells open files apart, so a thread will do."""

    def __init__(self, barrier: Barrier, leg: int) -> None:
        super().__init__(daemon=True)
        self._barrier, self._leg = barrier, leg
        self.has_passed = threading.Event()
        self.start()

    def run(self) -> None:
        self._barrier.wait_for(self._leg)
        self.has_passed.set()


def test_a_worker_alone_passes(tmp_path: Path) -> None:
    barrier = Barrier(tmp_path, LEGS)

    barrier.wait_for(2)
    barrier.leave()


def test_the_next_leg_waits_for_whoever_is_in_the_one_before(tmp_path: Path) -> None:
    slow, fast = Barrier(tmp_path, LEGS), Barrier(tmp_path, LEGS)
    waiting = Waiting(fast, 1)

    assert not waiting.has_passed.wait(0.05)
    slow.wait_for(1)
    assert waiting.has_passed.wait(10)
    fast.wait_for(1)
    slow.leave()
    fast.leave()


@pytest.mark.parametrize("leg", [1, 2])
def test_a_worker_that_leaves_holds_nobody_up(tmp_path: Path, leg: int) -> None:
    gone, other = Barrier(tmp_path, LEGS), Barrier(tmp_path, LEGS)
    waiting = Waiting(other, leg)

    gone.leave()

    assert waiting.has_passed.wait(10)
    other.leave()


def test_who_comes_late_holds_nobody_up_before_its_first_ticket(tmp_path: Path) -> None:
    first = Barrier(tmp_path, LEGS)
    first.wait_for(1)
    late = Barrier(tmp_path, LEGS)

    late.wait_for(1)
    first.wait_for(1)
    late.leave()
    first.leave()


def test_nothing_of_it_is_left(tmp_path: Path) -> None:
    Barrier(tmp_path, LEGS).leave()

    remove_barrier(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_one_leg_needs_no_barrier(tmp_path: Path) -> None:
    Barrier(tmp_path, LEGS[:1]).leave()

    assert list(tmp_path.iterdir()) == []
