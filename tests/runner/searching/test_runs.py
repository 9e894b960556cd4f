"""Staged searches as real runs: exact shares and counts in every backend, validation on all data, deaths half-way."""

from pathlib import Path

import pytest

from harness.experiments.incumbents import standings
from harness.levers.registry import lever
from harness.model.machine import Machine
from harness.model.plan import Backend, Plan, SamplerKind, Start, StorageKind
from harness.model.record import Ending, Record, TrialState
from harness.model.search import Carry, Portion, Racing, Search, Stage
from harness.model.store import read_record
from harness.runner.launch import Site
from harness.runner.scoring import score
from tests.runner.conftest import Run

pytestmark = pytest.mark.process
ROWS = 1_000
OBJECTIVES = '''"""Objectives whose value says how many rows they were given: its whole part."""

import os
import signal

import optuna

import harness
from harness.model.directions import Direction

ROWS = 1_000


@harness.source
def rows():
    return list(range(ROWS))


def counted(trial):
    return len(rows()) + trial.suggest_float("x", 0.0, 0.5) + trial.suggest_int("n", 0, 4) / 10


def killed(trial):
    value = counted(trial)
    if len(rows()) == ROWS // 2 and trial.number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def seldom(trial):
    value = counted(trial)
    if len(rows()) < ROWS and trial.number != 2:
        raise optuna.TrialPruned()
    return value


WORKLOAD = harness.Workload(
    name="two",
    objective=lambda trial: (counted(trial), 0.0),
    directions=(Direction.MINIMIZE, Direction.MINIMIZE),
)
'''
STAGES = (Stage(trials=6, share=0.1), Stage(trials=5, share=0.5), Stage(trials=4))
WAYS = {
    "serial": (Backend.SERIAL, StorageKind.MEMORY, 1, Start.SPAWN),
    "threads": (Backend.THREADS, StorageKind.MEMORY, 3, Start.SPAWN),
    "processes": (Backend.PROCESSES, StorageKind.JOURNAL, 2, Start.SPAWN),
    "forked": (Backend.PROCESSES, StorageKind.JOURNAL, 3, Start.FORKSERVER),
}


@pytest.fixture(scope="module", autouse=True)
def _objectives(bench: Path) -> None:
    (bench / "searched.py").write_text(OBJECTIVES)


def plan(search: Search, objective: str = "counted", trials: int = 15, way: str = "serial") -> Plan:
    backend, storage, workers, start = WAYS[way]
    return Plan(
        workload=f"searched:{objective}",
        trials=trials,
        seed=11,
        sampler=SamplerKind.NUMBERED,
        storage=storage,
        backend=backend,
        workers=workers,
        start=start,
        search=search,
    )


def rows_read(record: Record) -> list[int]:
    return [int(row.values[0]) for row in record.trials if row.values is not None]


@pytest.fixture(scope="module")
def staged(run: Run) -> dict[str, Record]:
    return {way: run(plan(Search(stages=STAGES, carry=Carry.BEST), way=way)) for way in WAYS}


@pytest.mark.parametrize("way", WAYS)
def test_every_stage_has_its_trials_on_its_share(staged: dict[str, Record], way: str) -> None:
    record = staged[way]

    assert record.outcome is not None
    assert (record.outcome.ending, record.outcome.detail) == (Ending.FINISHED, None)
    assert [row.number for row in record.trials] == list(range(15))
    assert [row.share for row in record.trials] == [0.1] * 6 + [0.5] * 5 + [1.0] * 4
    assert rows_read(record) == [100] * 6 + [500] * 5 + [1_000] * 4


@pytest.mark.parametrize("way", WAYS)
def test_no_trial_of_a_stage_begins_before_all_of_the_one_before_have_ended(
    staged: dict[str, Record], way: str
) -> None:
    rows = staged[way].trials

    for first in (6, 11):
        assert max(row.ended_s for row in rows[:first]) <= min(row.started_s for row in rows[first:]) + 1e-3


@pytest.mark.parametrize("way", WAYS)
def test_the_best_are_tried_first_in_the_next_stage(staged: dict[str, Record], way: str) -> None:
    rows = staged[way].trials

    best = sorted(rows[:6], key=lambda row: row.values or ())[:3]
    assert [row.params for row in rows[6:9]] == [row.params for row in best]


@pytest.mark.parametrize("way", WAYS)
def test_numbered_trials_are_the_same_in_every_way(staged: dict[str, Record], way: str) -> None:
    assert [(row.number, row.params, row.values) for row in staged[way].trials] == [
        (row.number, row.params, row.values) for row in staged["serial"].trials
    ]
    assert len({tuple(row.params.items()) for row in staged[way].trials}) >= 15 - 3 - 2


def test_each_stage_is_a_study_of_its_own(staged: dict[str, Record]) -> None:
    record = staged["serial"]

    assert [study.name for study in record.studies] == ["study", "study-2", "study-3"]
    assert [row.study for row in record.trials] == [0] * 6 + [1] * 5 + [2] * 4


def test_what_a_search_found_is_scored_on_all_the_data(staged: dict[str, Record], bench: Path) -> None:
    record = staged["serial"]
    site = Site(root=bench / ".harness", machine=Machine())

    scored = score(record, record.header.plan, site, lambda progress: None)

    assert scored is not None
    found = read_record(site.root / "runs" / scored)
    assert set(rows_read(found)) == {ROWS}
    values = [one.value for one in standings(record, found)]
    assert len(values) == len(found.trials) + sum(one.share == 1 for one in record.trials if one.number == 11)
    assert all(value is not None and 1_000 <= value < 1_001 for value in values)


def test_a_search_on_all_the_data_needs_no_scoring(run: Run, bench: Path) -> None:
    record = run(plan(Search(), trials=3))

    assert [row.share for row in record.trials] == [1.0] * 3
    site = Site(root=bench / ".harness", machine=Machine())
    assert score(record, record.header.plan, site, lambda progress: None) is None


def test_one_history_is_one_study_with_narrower_ranges_round_its_best(run: Run) -> None:
    stages = (Stage(trials=6), Stage(trials=6, width=0.2))
    record = run(plan(Search(stages=stages, carry=Carry.HISTORY), trials=12))

    best = min(record.trials[:6], key=lambda row: row.values or ())
    assert [study.name for study in record.studies] == ["study"]
    for row in record.trials[6:]:
        assert abs(row.params["x"] - best.params["x"]) <= 0.1 + 1e-9  # type: ignore[operator]
        assert abs(row.params["n"] - best.params["n"]) <= 1  # type: ignore[operator]


@pytest.mark.parametrize("way", ["serial", "forked"])
def test_the_best_are_validated_on_all_the_data(run: Run, way: str) -> None:
    search = Search(stages=(Stage(trials=8, share=0.2),), portion=Portion.BLOCKS, validated=3)
    record = run(plan(search, trials=8, way=way))

    assert record.outcome is not None
    assert record.outcome.ending is Ending.FINISHED
    assert rows_read(record) == [200] * 8 + [1_000] * 3
    best = sorted(record.trials[:8], key=lambda row: row.values or ())[:3]
    assert [row.params for row in record.trials[8:]] == [row.params for row in best]


def test_fewer_points_than_were_to_be_validated_are_no_failure(run: Run) -> None:
    search = Search(stages=(Stage(trials=5, share=0.2),), validated=3)
    record = run(plan(search, "seldom", trials=5))

    assert record.outcome is not None
    assert record.outcome.ending is Ending.FINISHED
    assert [row.state for row in record.trials[5:]] == [TrialState.COMPLETE] + [TrialState.PRUNED] * 2
    assert record.trials[5].params == record.trials[2].params


def test_racing_starts_as_many_trials_and_reads_fewer_rows(run: Run) -> None:
    record = run(plan(Search(racing=Racing.HALVING), trials=20))

    assert len(record.trials) == 20
    assert sum(row.share for row in record.trials) < 15
    assert {row.share for row in record.trials if row.state is TrialState.COMPLETE} == {1.0}
    assert {row.share for row in record.trials if row.state is TrialState.PRUNED} <= {0.1, 0.3}
    assert [study.pruner for study in record.studies] == ["SuccessiveHalvingPruner"]


@pytest.mark.parametrize("way", ["serial", "processes"])
def test_a_death_in_the_second_stage_keeps_what_had_ended(run: Run, way: str) -> None:
    record = run(plan(Search(stages=STAGES, carry=Carry.NONE), "killed", way=way))

    assert record.outcome is not None
    assert record.outcome.ending is Ending.KILLED
    if way == "serial":
        assert [row.number for row in record.trials] == list(range(7))
    else:  # the other worker went on alone, and did not wait for the dead one
        assert [row.number for row in record.trials] == [0, 1, 2, 3, 4, 5, 6, *range(8, 15)]
        assert [row.share for row in record.trials] == [0.1] * 6 + [0.5] * 4 + [1.0] * 4


def test_several_objectives_are_refused_in_words(run: Run) -> None:
    record = run(plan(Search(stages=STAGES), "WORKLOAD"))

    assert record.outcome is not None
    assert record.outcome.ending is Ending.FAILED
    assert "need a best trial, which is defined for one" in (record.outcome.detail or "")


def test_the_preset_runs_on_the_reference_workload_and_ends_on_all_of_it(run: Run) -> None:
    settings = (("bars", "crypto:16000:10min:1"), ("rung", "compiled"), ("attributes", "none"))
    base = Plan(workload="topstepb", trials=10, storage=StorageKind.JOURNAL, settings=settings)

    record = run(lever("large-dataset-mode")(base))

    assert record.outcome is not None
    assert (record.outcome.ending, record.outcome.detail) == (Ending.FINISHED, None)
    assert [row.share for row in record.trials] == [0.1] * 8 + [1.0] * 2
    best = max(record.trials[:8], key=lambda row: row.values or ())
    assert record.trials[8].params == best.params
