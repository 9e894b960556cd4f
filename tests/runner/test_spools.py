"""The spool of a run: made where it is needed, gone afterwards; the next run clears away what a killed one has left."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from harness.model.plan import DataAccess, FeatureAccess, Plan
from harness.runner.spools import find_spool, make_spool, remove_spool

PLAN = Plan(workload="mine:objective", data=DataAccess.SHARED)


def run_folder(root: Path, name: str = "20260101T000000-a-1") -> Path:
    folder = root / "runs" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize(
    ("plan", "needed"),
    [
        (PLAN, True),
        (replace(PLAN, data=DataAccess.REUSE), False),
        (replace(PLAN, data=DataAccess.PER_TRIAL, features=FeatureAccess.PRECOMPUTE), True),
    ],
)
def test_a_spool_is_made_where_the_plan_needs_one(plan: Plan, needed: bool, tmp_path: Path) -> None:
    run = run_folder(tmp_path)
    make_spool(plan, run)
    assert (find_spool(run) is not None) == needed
    remove_spool(run)
    assert find_spool(run) is None
    assert not (tmp_path / "spool").exists()


def test_what_a_dead_launcher_left_is_removed_and_what_lives_is_kept(tmp_path: Path) -> None:
    mine = run_folder(tmp_path)
    make_spool(PLAN, mine)
    own = find_spool(mine)
    assert own is not None
    _, host, pid, start = own.name.rsplit("~", 3)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    stale = own.with_name(f"gone~{host}~{int(dead.stdout)}~{start}")
    reused = own.with_name(f"reused~{host}~{pid}~{float(start) - 1000:.2f}")  # another process of the same number
    elsewhere = own.with_name(f"elsewhere~{host}-other~{int(dead.stdout)}~{start}")
    for spool in (stale, reused, elsewhere):
        spool.mkdir()
    other = run_folder(tmp_path, "20260101T000001-b-2")
    make_spool(PLAN, other)
    left = {path.name.split("~")[0] for path in own.parent.iterdir()}
    assert left == {mine.name, other.name, "elsewhere"}
    assert psutil.pid_exists(int(pid))


def test_a_home_without_spools_is_left_alone(tmp_path: Path) -> None:
    make_spool(replace(PLAN, data=DataAccess.REUSE), run_folder(tmp_path))
    assert not (tmp_path / "spool").exists()
