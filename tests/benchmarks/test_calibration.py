"""The calibration's bounds: what is within them passes, what is beyond is a miss, and nothing given back is one."""

import subprocess
import sys
from pathlib import Path

import pytest

from calibration import Check, Kind


@pytest.mark.parametrize(
    ("kind", "put_in", "given_back", "is_met"),
    [
        (Kind.TIME, 0.010, 0.0109, True),  # within 1 ms
        (Kind.TIME, 0.010, 0.0112, False),
        (Kind.TIME, 1.0, 1.049, True),  # within 5 %
        (Kind.TIME, 1.0, 0.949, False),
        (Kind.MEMORY, 4 * 1024**2, 4.9 * 1024**2, True),
        (Kind.MEMORY, 4 * 1024**2, 5.1 * 1024**2, False),
        (Kind.MEMORY, 0, -(1024**2) - 1, False),
        (Kind.COUNT, 20, 20, True),
        (Kind.COUNT, 20, 21, False),
        (Kind.COUNT, 0, None, False),
        (Kind.TIME, 0.0, None, False),
    ],
)
def test_a_difference_is_met_or_missed(kind: Kind, put_in: float, given_back: float | None, is_met: bool) -> None:
    assert Check(what="x", kind=kind, put_in=put_in, given_back=given_back).is_met is is_met


@pytest.mark.process
@pytest.mark.slow
def test_counts_come_back_from_a_real_run(repository: Path) -> None:
    cases = ["attributes", "states", "duplicates"]
    command = [sys.executable, "benchmarks/calibration.py", *cases]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "set_trial_user_attr, calls" in done.stdout
    assert "MISSED" not in done.stdout
