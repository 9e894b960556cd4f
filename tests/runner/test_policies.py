"""Runs whose sources and features are kept or shared: the values of a plain run, one load for all, nothing left."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.experiments.marks import read_marks, rows_of
from harness.model.plan import Backend, DataAccess, FeatureAccess, Plan, SamplerKind, Start, StorageKind
from harness.model.record import Ending, Record
from harness.runner.policies import marks_follow
from harness.workloads.marks.source import source

pytestmark = pytest.mark.process

MARKED = '''"""An objective with a source and a feature, and ones that end badly in their load."""

import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd

import harness


@harness.source
def bars():
    with Path("loads").open("a") as log:
        log.write("x")
    return pd.DataFrame({"price": np.arange(5000) / 7, "time": pd.date_range("2026", periods=5000, freq="min")})


@harness.feature(grid={"span": range(2, 5)})
def average(span):
    return bars()["price"].ewm(span=span).mean().to_numpy()


def objective(trial):
    return float(average(trial.suggest_int("span", 2, 6)).sum()) + len(bars())


@harness.source
def last_words():
    mark = Path("killed")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return np.arange(10)


def losing_a_worker(trial):
    return float(last_words().sum()) * trial.suggest_float("x", 0, 1)


@harness.source
def endless():
    print("loading", flush=True)
    signal.pause()


def never_loaded(trial):
    return endless()
'''
PLAIN = Plan(workload="marked:objective", trials=6, sampler=SamplerKind.NUMBERED)
PROCESSES = replace(PLAIN, backend=Backend.PROCESSES, workers=2, storage=StorageKind.JOURNAL)


@pytest.fixture(scope="module", autouse=True)
def _marked(bench: Path) -> None:
    (bench / "marked.py").write_text(MARKED)


@pytest.fixture(scope="module")
def values(run: Callable[..., Record]) -> dict[int, float | None]:
    return values_of(run(PLAIN))


def values_of(record: Record) -> dict[int, float | None]:
    assert record.outcome is not None
    assert record.outcome.ending is Ending.FINISHED, record.outcome.detail
    return {row.number: None if row.values is None else row.values[0] for row in record.trials}


def test_without_a_launcher_a_process_shares_with_itself_and_cleans_up(tmp_path: Path) -> None:
    @source
    def letters() -> list[str]:
        return ["a"]

    with marks_follow(replace(PLAIN, data=DataAccess.SHARED), tmp_path, 0):
        assert letters() is letters()
        assert (tmp_path / "spool").exists()
    assert not (tmp_path / "spool").exists()
    assert read_marks(tmp_path).sources["letters"].calls == 2
    assert letters() is not letters()


@pytest.mark.parametrize(
    ("plan", "loads"),
    [
        (replace(PLAIN, data=DataAccess.REUSE, features=FeatureAccess.MEMO), 1),
        (replace(PLAIN, backend=Backend.THREADS, workers=2, data=DataAccess.SHARED), 1),
        (replace(PROCESSES, data=DataAccess.REUSE), 2),
        (replace(PROCESSES, data=DataAccess.SHARED, features=FeatureAccess.PRECOMPUTE), 1),
        (replace(PROCESSES, start=Start.FORKSERVER, data=DataAccess.SHARED, features=FeatureAccess.MEMO), 1),
    ],
    ids=["reuse memo", "shared threads", "reuse processes", "shared precompute", "shared memo forked"],
)
def test_levers_on_data_and_features_change_no_value(
    plan: Plan, loads: int, run: Callable[..., Record], values: dict[int, float | None], bench: Path
) -> None:
    (bench / "loads").unlink(missing_ok=True)
    record = run(plan)
    assert values_of(record) == values
    marks = read_marks(record.folder)
    assert len((bench / "loads").read_text()) == marks.sources["bars"].loads <= loads
    assert rows_of(record) == 5000
    assert marks.features["average"].calls == 6
    assert marks.features["average"].gridded
    if plan.features is FeatureAccess.PRECOMPUTE:
        assert marks.features["average"].hits + marks.features["average"].outside == 6
        assert marks.features["average"].hits > 0
    assert not (bench / ".harness" / "spool").exists()


def test_a_worker_that_dies_while_it_loads_holds_up_no_other(run: Callable[..., Record], bench: Path) -> None:
    record = run(replace(PROCESSES, workload="marked:losing_a_worker", data=DataAccess.SHARED, timeout_s=120))
    assert record.outcome is not None
    assert record.outcome.ending is Ending.KILLED
    assert len(record.trials) == 5, "the other worker loads and carries on"
    assert not (bench / ".harness" / "spool").exists()


def test_a_name_that_no_mark_has_is_one_sentence(run: Callable[..., Record]) -> None:
    record = run(replace(PROCESSES, data=DataAccess.REUSE, only=("bar",)))
    assert record.outcome is not None
    assert record.outcome.ending is Ending.FAILED
    assert "no source or feature is called 'bar' (did you mean 'bars'?)" in str(record.outcome.detail)
    assert not record.trials


LAUNCHER = """
from pathlib import Path
from harness.model.machine import Machine
from harness.model.plan import DataAccess, Plan
from harness.runner.launch import Site, launch
plan = Plan(workload="marked:never_loaded", trials=1, data=DataAccess.SHARED)
launch(plan, Site(root=Path(".harness"), machine=Machine()), label="killed", watch=lambda progress: print(flush=True))
"""


def test_what_a_killed_launcher_left_is_gone_after_the_next_run(run: Callable[..., Record], bench: Path) -> None:
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER], stdout=subprocess.PIPE, cwd=bench)
    assert launcher.stdout is not None
    launcher.stdout.readline()  # the run has begun to be watched
    os.kill(launcher.pid, signal.SIGKILL)
    launcher.wait()
    launcher.stdout.close()
    spools = list((bench / ".harness" / "spool").iterdir())
    assert len(spools) == 1
    run(replace(PLAIN, trials=1))
    assert not spools[0].exists()
