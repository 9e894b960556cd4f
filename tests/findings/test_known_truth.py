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

THREE = ["row-callback", "threads-share-interpreter", "many-attributes"]
BARS = "crypto:16000:10min:1"


def findings_of(folder: Path, *arguments: str) -> tuple[Finding, ...]:
    """Run the reference study under `harness run`, stacks and all, and judge its record."""
    command = [sys.executable, "-m", "harness", "run", "-m", "harness.workloads.topstepb", *arguments, "--bars", BARS]
    subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "HARNESS_HOME": str(folder / "home")},
        capture_output=True,
        check=True,
    )
    (run,) = (folder / "home" / "runs").iterdir()
    return find(build(run))


def test_as_found_the_three_are_named_in_the_order_of_their_size(tmp_path: Path) -> None:
    found = findings_of(tmp_path, "as-found", "--trials", "12")

    assert [finding.rule for finding in found if finding.rule in THREE] == THREE
    line = found[0]
    assert line.where is not None
    file, _, number = line.where.rpartition(":")
    assert file.endswith("as_found.py")
    source = Path("harness/workloads/topstepb/as_found.py").read_text().splitlines()
    assert "rolling" in source[int(number) - 1]


def test_mended_none_of_the_three_is_named(tmp_path: Path) -> None:
    found = findings_of(tmp_path, "mended", "--trials", "30")

    assert not {finding.rule for finding in found} & set(THREE)
