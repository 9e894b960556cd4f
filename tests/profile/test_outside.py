from dataclasses import replace

import numpy as np
import pytest

from harness.model.machine import ThreadPool
from harness.profile.columns import Native
from harness.profile.facts import Profile
from harness.profile.outside import outside_of
from tests.findings.studies import study, with_processes, with_trials


def native(process_cpu_s: float = 1.2, cpu_s: float = 0.9, **changes: object) -> Profile:
    """Trials of 0.2 s of CPU in their own thread, and of so much in their process."""
    given = study({"other": (1.0, 0.2)}, **changes)  # type: ignore[arg-type]
    count = len(given.trials)
    filled = np.full(count, cpu_s)
    columns = Native(cpu_s=filled, queued_s=filled * 0, busy_s=filled, threads=np.full(count, 3.0))
    given = with_trials(given, process_cpu_s=np.full(count, process_cpu_s), native=columns)
    return with_processes(given, thread_pools=(ThreadPool(library="openmp-gnu", threads=4),))


def test_what_native_threads_computed_is_told_with_the_libraries_that_are_loaded() -> None:
    found = outside_of(native())
    assert found is not None
    assert found.total_s == pytest.approx(1.0, abs=0.01)
    assert (found.native_s, found.libraries) == (pytest.approx(0.9), ("openmp-gnu",))


def test_it_is_not_told_where_it_is_little_or_may_be_another_trials() -> None:
    assert outside_of(native(process_cpu_s=0.202)) is None
    assert outside_of(native(threads=3)) is None
    assert outside_of(replace(native(), ledger=None)) is None
