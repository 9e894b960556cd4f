"""A third of the exam at each commit, in turn; the whole is `python benchmarks/diagnosis.py`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def third_of(commit: str) -> int:
    """Which third a commit has: consecutive commits have different ones as often as chance allows."""
    return int(commit, 16) % 3 if commit else 0


def commit(repository: Path) -> str:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=False)
    return head.stdout.strip() if head.returncode == 0 else ""


def test_a_commit_has_one_of_three_and_no_commit_has_the_first() -> None:
    assert {third_of(f"{number:040x}") for number in range(30)} == {0, 1, 2}
    assert third_of("") == 0


@pytest.mark.process
@pytest.mark.slow
def test_a_third_of_the_exam_meets_the_bar(repository: Path) -> None:
    """What is not right is examined once more: other tests run next to it on the same cores."""
    third = os.environ.get("DIAGNOSIS_THIRD") or str(third_of(commit(repository)))
    command = [sys.executable, "benchmarks/diagnosis.py", "--third", third, "--again"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr
