"""The switch interval is short for one busy thread, the usual one for several, and as it was afterwards."""

import sys
from collections.abc import Iterator

import pytest

from harness.probes.stacks.turn import QUICK_S, Turn


@pytest.fixture(autouse=True)
def usual_s() -> Iterator[float]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.004)
    yield 0.004
    sys.setswitchinterval(before)


def test_it_is_short_while_one_thread_is_busy_and_given_back(usual_s: float) -> None:
    turn = Turn()
    turn.take(0)
    turn.take(1)
    assert sys.getswitchinterval() == pytest.approx(QUICK_S)

    turn.give_back()
    turn.give_back()
    assert sys.getswitchinterval() == pytest.approx(usual_s)


def test_with_several_busy_threads_it_is_the_usual_one(usual_s: float) -> None:
    turn = Turn()
    turn.take(1)
    turn.take(3)
    assert sys.getswitchinterval() == pytest.approx(usual_s)


def test_an_interval_that_the_script_sets_stays() -> None:
    turn = Turn()
    turn.take(1)
    sys.setswitchinterval(0.02)
    turn.give_back()
    assert sys.getswitchinterval() == pytest.approx(0.02)
