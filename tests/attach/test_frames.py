"""Whose code runs in a watched process."""

from pathlib import Path

import pytest

import harness
from harness.attach.frames import is_users

OURS = Path(harness.__file__).parent


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("/home/someone/study.py", True),
        (f"{OURS}/workloads/topstepb/as_found.py", True),  # the reference workload is what is measured
        (f"{OURS}/workloads/marks/feature.py", False),
        (f"{OURS}/attach/storage.py", False),
        ("/venv/lib/python3.11/site-packages/pandas/core/frame.py", False),
        ("<string>", False),
    ],
)
def test_the_reference_workload_is_the_users_code_and_the_rest_of_the_harness_is_not(file: str, expected: bool) -> None:
    assert is_users(file) is expected
