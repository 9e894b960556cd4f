"""What may still be started is the limit less all threads of the user's own processes."""

import os
from pathlib import Path

import pytest

from harness.probes.limits import is_tight, processes_left


def process(proc: Path, pid: str, uid: int, threads: int) -> None:
    (proc / pid).mkdir()
    (proc / pid / "status").write_text(f"Name:\tx: y\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nThreads:\t{threads}\n")


def test_threads_of_the_users_own_processes_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    process(tmp_path, "10", os.getuid(), 3)
    process(tmp_path, "11", os.getuid(), 1)
    process(tmp_path, "12", os.getuid() + 1, 50)
    (tmp_path / "13").mkdir()
    (tmp_path / "self").mkdir()

    assert processes_left(tmp_path, limit=10) == 6
    assert processes_left(tmp_path, limit=2) == 0
    assert processes_left(tmp_path, limit=100_000) is None


def test_a_few_are_tight_and_none_known_is_not() -> None:
    assert [is_tight(left) for left in (None, 0, 63, 64)] == [False, True, True, False]
