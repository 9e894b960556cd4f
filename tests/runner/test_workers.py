"""A rule comes to as many workers as its bounds allow, and says which bound it was."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.machine import Machine, Processor, SystemMemory
from harness.model.memory import ProcessMemory, TreeMemory
from harness.model.plan import Backend, Plan, Start, StorageKind, WorkerRule
from harness.model.search import Search, Stage
from harness.runner.workers import Known, known_of, probe_of, resolve
from tests.fakes import Cost, fake_record, fake_trials

GIB = 1024**3


def plan(rule: WorkerRule, workers: int = 9) -> Plan:
    return Plan(workload="topstepb", backend=Backend.THREADS, workers=workers, worker_rule=rule)


def machine(cores: int | None = 8, quota: float | None = None, memory: int | None = 16 * GIB) -> Machine:
    return Machine(processor=Processor(logical_cores=cores, quota_cores=quota), memory=SystemMemory(total_bytes=memory))


@pytest.mark.parametrize(
    ("here", "worker_bytes", "workers", "why"),
    [
        (machine(cores=4), GIB, 4, "4 of 9 workers, what cores allow (4 cores, 1.00 GiB for each worker of 16.0 GiB)"),
        (machine(cores=64), GIB, 9, "9 of 9 workers, as many as were asked for"),
        (machine(cores=8, quota=1.5), GIB, 1, "1 of 9 workers, what cores allow (1.5 cores"),
        (machine(cores=64), 4 * GIB, 3, "3 of 9 workers, what memory allow"),
        (machine(cores=64), 64 * GIB, 1, "1 of 9 workers"),
        (machine(cores=None, memory=None), None, 9, "no bound known"),
    ],
)
def test_adaptive_takes_the_tightest_bound(here: Machine, worker_bytes: int | None, workers: int, why: str) -> None:
    found = resolve(plan(WorkerRule.ADAPTIVE), here, Known(rows=None, worker_bytes=worker_bytes))

    assert found.workers == workers
    assert why in found.why


@pytest.mark.parametrize(("rows", "workers"), [(None, 9), (5_000, 9), (100_000, 9), (100_001, 4), (262_782, 4)])
def test_the_seeds_rule_caps_large_data_at_four(rows: int | None, workers: int) -> None:
    assert resolve(plan(WorkerRule.CAP_LARGE), machine(), Known(rows=rows, worker_bytes=None)).workers == workers


def test_the_seeds_rule_never_adds_a_worker() -> None:
    found = resolve(plan(WorkerRule.CAP_LARGE, workers=2), machine(), Known(rows=10**6, worker_bytes=None))

    assert found.workers == 2


@given(
    rule=st.sampled_from(WorkerRule),
    workers=st.integers(1, 64),
    cores=st.none() | st.integers(1, 256),
    quota=st.none() | st.floats(0.01, 256),
    memory=st.none() | st.integers(1, 2**50),
    rows=st.none() | st.integers(0, 10**9),
    size=st.none() | st.integers(1, 2**45),
)
def test_no_rule_asks_for_fewer_than_one_worker_or_more_than_were_given(
    rule: WorkerRule,
    workers: int,
    cores: int | None,
    quota: float | None,
    memory: int | None,
    rows: int | None,
    size: int | None,
) -> None:
    found = resolve(plan(rule, workers), machine(cores, quota, memory), Known(rows=rows, worker_bytes=size))

    assert 1 <= found.workers <= workers


def test_the_probe_is_one_plain_worker() -> None:
    search = Search(stages=(Stage(trials=40, share=0.1),), validated=3)
    asked = replace(
        plan(WorkerRule.ADAPTIVE),
        backend=Backend.PROCESSES,
        start=Start.FORKSERVER,
        storage=StorageKind.JOURNAL,
        search=search,
    )

    probe = probe_of(asked)

    assert (probe.backend, probe.workers, probe.trials, probe.start) == (Backend.SERIAL, 1, 2, Start.SPAWN)
    assert probe.search.is_plain
    assert probe.worker_rule is WorkerRule.GIVEN


def test_a_worker_needs_what_it_shares_with_nobody(tmp_path: Path) -> None:
    def sample(uss: int | None) -> TreeMemory:
        process = ProcessMemory(pid=1, rss_bytes=900, uss_bytes=uss, pss_bytes=800)
        return TreeMemory(at_s=0.0, processes=(process,), pss_bytes=800, vanished=0)

    record = fake_record("run", plan(WorkerRule.GIVEN), fake_trials(3, Cost(spans={"other": 0.1})))

    assert (
        known_of(replace(record, folder=tmp_path, memory=(sample(300), sample(700), sample(None)))).worker_bytes == 700
    )
    by_peak = known_of(replace(record, folder=tmp_path, memory=(sample(None),)))
    assert by_peak.worker_bytes == max(end.peak_rss_bytes or 0 for end in record.ends)
