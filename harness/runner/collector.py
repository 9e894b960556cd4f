"""Garbage collection as a plan has it: set up for the time in which trials run, and put back afterwards."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from harness.model.plan import Collector


@contextmanager
def collecting(collector: Collector) -> Iterator[bool]:
    """Within, the collector does what the plan says; gives whether Optuna is to collect after each trial."""
    match collector:
        case Collector.INTERPRETER:
            yield False
        case Collector.AFTER_TRIAL:
            yield True
        case Collector.FREEZE:
            gc.collect()  # or garbage would be frozen with the rest, and never freed
            gc.freeze()
            try:
                yield True
            finally:
                gc.unfreeze()
        case Collector.OFF:
            was_on = gc.isenabled()
            gc.disable()
            try:
                yield False
            finally:
                if was_on:
                    gc.enable()
