"""Garbage collection as a plan has it: set up for the time in which trials run, and put back afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from harness.model.plan import Collector


@contextmanager
def collecting(collector: Collector) -> Iterator[bool]:
    """Within, the collector does what the plan says; gives whether Optuna is to collect after each trial."""
    yield collector is Collector.AFTER_TRIAL
