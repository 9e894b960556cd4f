"""A pool behind the objective, under `harness run`: told where it idles, and not where it computes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.findings.finding import Finding
from harness.findings.registry import find
from harness.profile.build import build

pytestmark = [pytest.mark.process, pytest.mark.slow]

STUDY = """
import sys, time
from concurrent.futures import ProcessPoolExecutor

import optuna

def work(kind):
    if kind == "idle":
        time.sleep(0.15)
    until = time.process_time() + (0.005 if kind == "idle" else 0.15)
    while time.process_time() < until:
        pass

def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    pool.submit(work, sys.argv[1]).result()
    return x

if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        optuna.create_study().optimize(objective, n_trials=30)
"""


def findings_of(folder: Path, kind: str) -> dict[str, Finding]:
    (folder / "study.py").write_text(STUDY)
    subprocess.run(
        [sys.executable, "-m", "harness", "run", "study.py", kind],
        cwd=folder,
        env={**os.environ, "HARNESS_HOME": str(folder / "home")},
        capture_output=True,
        check=True,
    )
    (run,) = (folder / "home" / "runs").iterdir()
    return {finding.rule: finding for finding in find(build(run))}


def test_a_pool_that_hardly_computes_is_told_with_the_line_that_waits(tmp_path: Path) -> None:
    found = findings_of(tmp_path, "idle")["waits-for-own-processes"]
    line = next(number for number, text in enumerate(STUDY.splitlines(), start=1) if "pool.submit" in text)
    assert found.where in (None, f"study.py:{line}")  # None: a machine so busy that no stack was sampled
    assert "1 process" in found.title


def test_a_pool_that_computes_all_the_time_is_not_told(tmp_path: Path) -> None:
    assert "waits-for-own-processes" not in findings_of(tmp_path, "busy")
