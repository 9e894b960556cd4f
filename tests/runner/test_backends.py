"""Every backend and storage runs each trial once, and the numbered sampler makes them the same trials."""

from pathlib import Path

import optuna
import pytest

from harness.model.plan import Backend, Collector, Plan, SamplerKind, Start, StorageKind
from harness.model.record import Ending, Record, TrialState
from harness.runner.launch import Progress
from harness.runner.storages import STUDY, open_storage
from tests.runner.conftest import Run

pytestmark = pytest.mark.process
TRIALS = 12
WAYS = {
    "serial": (Backend.SERIAL, StorageKind.MEMORY, 1),
    "threads": (Backend.THREADS, StorageKind.MEMORY, 3),
    "threads-sqlite": (Backend.THREADS, StorageKind.SQLITE, 3),
    "processes-sqlite": (Backend.PROCESSES, StorageKind.SQLITE, 2),
    "processes-journal": (Backend.PROCESSES, StorageKind.JOURNAL, 2),
    "forked-journal": (Backend.PROCESSES, StorageKind.JOURNAL, 2),
    "forked-sqlite": (Backend.PROCESSES, StorageKind.SQLITE, 3),
}
COLLECTORS = {
    "serial": Collector.AFTER_TRIAL,
    "threads": Collector.OFF,
    "forked-journal": Collector.FREEZE,
    "processes-journal": Collector.FREEZE,
}


@pytest.fixture(scope="module")
def seen() -> dict[str, list[Progress]]:
    return {way: [] for way in WAYS}


@pytest.fixture(scope="module")
def records(run: Run, seen: dict[str, list[Progress]]) -> dict[str, Record]:
    """One run of the same plan in every way."""

    def plan(way: str) -> Plan:
        backend, storage, workers = WAYS[way]
        return Plan(
            workload="objectives:parabola",
            trials=TRIALS,
            seed=11,
            sampler=SamplerKind.NUMBERED,
            storage=storage,
            backend=backend,
            workers=workers,
            collector=COLLECTORS.get(way, Collector.INTERPRETER),
            start=Start.FORKSERVER if way.startswith("forked") else Start.SPAWN,
        )

    return {way: run(plan(way), seen[way].append) for way in WAYS}


@pytest.mark.parametrize("way", WAYS)
def test_each_trial_is_run_once(records: dict[str, Record], way: str) -> None:
    record = records[way]

    assert [row.number for row in record.trials] == list(range(TRIALS))
    assert {row.state for row in record.trials} == {TrialState.COMPLETE}
    assert record.torn_lines == 0
    assert record.outcome is not None
    assert (record.outcome.ending, record.outcome.detail, record.outcome.exit_code) == (Ending.FINISHED, None, 0)


@pytest.mark.parametrize("way", WAYS)
def test_numbered_trials_are_the_same_in_every_way(records: dict[str, Record], way: str) -> None:
    def trials(record: Record) -> list[object]:
        return [(row.number, row.params, row.values, row.state) for row in record.trials]

    assert trials(records[way]) == trials(records["serial"])
    assert len({row.values for row in records[way].trials}) == TRIALS


@pytest.mark.parametrize("way", [way for way in WAYS if WAYS[way][1] is not StorageKind.MEMORY])
def test_the_study_on_disk_holds_what_was_recorded(records: dict[str, Record], way: str) -> None:
    storage = open_storage(Plan(workload="x", storage=WAYS[way][1]), records[way].folder)
    trials = optuna.load_study(study_name=STUDY, storage=storage).get_trials()
    storage.remove_session()
    if WAYS[way][1] is StorageKind.SQLITE:
        storage._backend.engine.dispose()  # type: ignore[attr-defined]

    assert [t.number for t in trials] == list(range(TRIALS))
    assert [(t.params, tuple(t.values)) for t in trials] == [(row.params, row.values) for row in records[way].trials]


@pytest.mark.parametrize("way", WAYS)
def test_the_rows_name_their_workers(records: dict[str, Record], way: str) -> None:
    record = records[way]
    backend, _, workers = WAYS[way]
    processes = workers if backend is Backend.PROCESSES else 1

    leading = [-1] * (backend is Backend.PROCESSES) + [-1] * way.startswith("forked")
    assert [start.worker for start in record.starts] == [*leading, *range(processes)]
    assert {end.pid for end in record.ends} == {start.pid for start in record.starts if start.worker >= 0}
    by_pid = {start.pid: start.worker for start in record.starts}
    assert all(by_pid[row.pid] == row.worker for row in record.trials)
    assert {row.thread for row in record.trials} <= set(range(workers + 1))
    if backend is Backend.SERIAL:
        assert {row.thread for row in record.trials} == {0}


@pytest.mark.parametrize("way", WAYS)
def test_every_row_adds_up(records: dict[str, Record], way: str) -> None:
    for row in records[way].trials:
        assert {"other", "suggest", "storage"} <= set(row.spans)
        assert row.unattributed.wall_s >= -1e-9
        assert row.unattributed.cpu_s >= -1e-9
        assert row.rss_bytes is None or row.rss_bytes > 1_000_000


def test_a_collection_after_each_trial_is_seen_before_the_next(records: dict[str, Record]) -> None:
    first, *later = records["serial"].trials

    assert all(row.before["gc"].calls >= 1 for row in later)
    assert records["serial"].ends[0].after["gc"].calls >= 1
    assert "gc" not in first.before or first.before["gc"].calls < 2


@pytest.mark.parametrize("way", WAYS)
def test_the_record_says_what_was_asked_for_and_what_it_took(records: dict[str, Record], way: str, bench: Path) -> None:
    record = records[way]

    assert (record.header.label, record.header.commit, record.header.plan.seed) == ("test", "abc", 11)
    assert record.folder.parent == bench / ".harness" / "runs"
    assert record.facts == {}
    assert record.outcome is not None
    assert record.outcome.cpu_s > sum(row.cpu_s for row in record.trials)
    for start in record.starts:
        assert start.startup_cpu_s > 0
        assert start.ready_s - start.startup_wall_s >= record.header.started_s
    samples = [sample.pss_bytes for sample in record.memory if sample.pss_bytes is not None]
    assert record.outcome.peak_pss_bytes == max(samples, default=None)


@pytest.mark.parametrize("way", WAYS)
def test_progress_ends_with_all_trials_done(
    seen: dict[str, list[Progress]], records: dict[str, Record], way: str
) -> None:
    done = [progress.done for progress in seen[way]]

    assert done == sorted(done)
    assert (done[-1], seen[way][-1].trials, seen[way][-1].label) == (TRIALS, TRIALS, "test")
