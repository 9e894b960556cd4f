"""The reference workload under `harness run`: what is wrong with it as found is named, and none of it once mended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.findings.finding import Finding
from harness.findings.registry import find
from harness.profile.build import build

pytestmark = [pytest.mark.process, pytest.mark.slow]

THREE = {"row-callback", "threads-share-interpreter", "many-attributes"}
SCRIPT = """
import sys
from pathlib import Path
import optuna
from harness.workloads.topstepb.bars_files import bars_path
from harness.workloads.topstepb.objective import objective_for
from harness.workloads.topstepb.rungs import Rung
from harness.workloads.topstepb.settings import Attributes, Settings

optuna.logging.set_verbosity(optuna.logging.WARNING)
rung, attributes, storage, jobs = sys.argv[1:]
settings = Settings(bars="calm:5000:15min:1", rung=Rung(rung), attributes=Attributes(attributes))
path = bars_path(settings.bars, Path("bars"))
study = optuna.create_study(
    storage=None if storage == "memory" else storage,
    direction="maximize",
    sampler=optuna.samplers.RandomSampler(seed=1),
)
study.optimize(objective_for(path, settings), n_trials=12, n_jobs=int(jobs))
"""


def findings_of(folder: Path, *arguments: str) -> tuple[Finding, ...]:
    """Run the script under `harness run`, stacks and all, and judge its record."""
    (folder / "optimise.py").write_text(SCRIPT)
    subprocess.run(
        [sys.executable, "-m", "harness", "run", "optimise.py", *arguments],
        cwd=folder,
        env={**os.environ, "HARNESS_HOME": str(folder / "home")},
        capture_output=True,
        check=True,
    )
    (run,) = (folder / "home" / "runs").iterdir()
    return find(build(run))


def test_as_found_the_three_are_named(tmp_path: Path) -> None:
    found = findings_of(tmp_path, "as_found", "separate", "sqlite:///study.db?timeout=120", "9")
    assert {finding.rule for finding in found} >= THREE
    line = next(finding for finding in found if finding.rule == "row-callback")
    assert line.where is not None
    assert Path(line.where.rpartition(":")[0]).name == "as_found.py"


def test_mended_none_of_the_three_is_named(tmp_path: Path) -> None:
    found = findings_of(tmp_path, "compiled", "one", "memory", "1")
    assert not {finding.rule for finding in found} & THREE
