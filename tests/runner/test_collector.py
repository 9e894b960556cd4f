"""The collector does what a plan says while trials run, and what it did before afterwards."""

import gc

import pytest

from harness.model.plan import Collector
from harness.runner.collector import collecting


@pytest.mark.parametrize(
    ("collector", "collects", "is_on"),
    [
        (Collector.INTERPRETER, False, True),
        (Collector.AFTER_TRIAL, True, True),
        (Collector.FREEZE, True, True),
        (Collector.OFF, False, False),
    ],
)
def test_each_setting_is_in_force_within_and_undone_afterwards(
    collector: Collector, collects: bool, is_on: bool
) -> None:
    frozen_before = gc.get_freeze_count()

    with collecting(collector) as given:
        assert given is collects
        assert gc.isenabled() is is_on
        assert (gc.get_freeze_count() > frozen_before) is (collector is Collector.FREEZE)

    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_an_objective_that_raises_leaves_the_collector_on() -> None:
    with pytest.raises(ValueError, match="mine"), collecting(Collector.OFF):
        raise ValueError("mine")

    assert gc.isenabled()


def test_a_collector_that_was_off_before_stays_off() -> None:
    gc.disable()
    try:
        with collecting(Collector.OFF):
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
