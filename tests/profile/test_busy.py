from dataclasses import replace

import pytest

from harness.model.machine import ThreadPool
from harness.profile.busy import busy_note, busy_of, pool_threads
from harness.profile.facts import Ledger, NativeUse, Profile, Waiting
from tests.findings.studies import study, with_processes


def ledger(cores_s: float | None = 0.3, parallelism: float = 1.0) -> Ledger:
    """Trials of a second, which waited so long for a core."""
    given = study({"other": (1.0, 0.5)}).ledger
    assert given is not None
    waiting = Waiting(total_s=0.5, cores_s=cores_s, storage_s=0.0, gil_s=0.0, other_s=0.5 - (cores_s or 0.0))
    return replace(given, waiting=waiting, parallelism=parallelism)


def test_other_programs_are_told_with_how_much_too_long_the_times_are() -> None:
    busy = busy_of(ledger(), 4.0, 1.1)
    assert busy is not None
    told = busy_note(busy)
    assert "30 % of its time (300 ms), while this run used 1.1 of 4.0 cores" in told


def test_pools_spin_so_that_a_busy_machine_costs_them_more() -> None:
    busy = busy_of(ledger(), 8.0, 1.1, computing(7).processes)
    assert busy is not None
    assert "8 threads of an OpenMP or BLAS pool" in busy_note(busy)
    alone = busy_of(ledger(), 8.0, 1.1)
    assert alone is not None
    assert "OpenMP" not in busy_note(alone)


def test_threads_of_the_runs_own_that_are_more_than_the_cores_are_no_other_programs() -> None:
    assert busy_of(ledger(), 2.0, 0.6, computing(59).processes) is None
    assert busy_of(ledger(), 2.0, 0.6, computing(59, cores=0.01).processes) is not None  # loaded, and idle


def computing(threads: int, cores: float = 0.9) -> Profile:
    native = NativeUse(trials=5, cores=cores, queued=0.0, busy=0.9, threads=threads)
    return with_processes(study(), native=native)


def test_a_pool_counts_where_its_threads_compute_within_trials() -> None:
    loaded = with_processes(study(), thread_pools=(ThreadPool(library="openmp-gnu", threads=8),))
    assert pool_threads(loaded.processes) == 1
    computing = with_processes(loaded, native=NativeUse(trials=5, cores=0.9, queued=0.0, busy=0.9, threads=7))
    assert pool_threads(computing.processes) == 8
    resting = with_processes(loaded, native=NativeUse(trials=5, cores=0.01, queued=0.0, busy=0.9, threads=7))
    assert pool_threads(resting.processes) == 1


@pytest.mark.parametrize(
    ("given", "cores", "used"),
    [
        (ledger(cores_s=0.19), 4.0, 1.1),  # little
        (ledger(cores_s=None), 4.0, 1.1),
        (ledger(parallelism=5.0), 4.0, 2.9),  # its own trials wait for each other
        (ledger(), 4.0, 3.3),  # its own pools and processes fill the cores
        (ledger(), None, 1.1),
        (ledger(), 4.0, None),
        (None, 4.0, 1.1),
        (replace(ledger(), waiting=None), 4.0, 1.1),
    ],
)
def test_nothing_is_said_where_the_run_may_wait_for_itself(
    given: Ledger | None, cores: float | None, used: float | None
) -> None:
    assert busy_of(given, cores, used) is None


def test_trials_that_are_more_than_the_cores_did_not_take_from_each_other_what_nobody_used() -> None:
    """Four threads do the work of 0.27 cores: the other 1.7 were other programs', however many the threads are."""
    busy = busy_of(ledger(parallelism=4.0), 2.0, 0.27)
    assert busy is not None
    assert "Other programs kept the machine busy" in busy_note(busy)
    assert busy_of(ledger(cores_s=0.45, parallelism=4.0), 2.0, 1.5) is None  # of each other
