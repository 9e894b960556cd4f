"""A process's age and its threads' run queue, from files as the kernel writes them and from this process."""

import threading
import time
from pathlib import Path

import pytest

from harness.probes.age import age_s
from harness.probes.runqueue import runqueue_ns


def test_age_counts_from_the_start_in_clock_ticks(tmp_path: Path) -> None:
    folder = tmp_path / "self"
    folder.mkdir()
    fields = " ".join(["S", *["1"] * 18, "250", "0"])
    (folder / "stat").write_text(f"7 (a name) with) brackets) {fields}\n")

    age = age_s(tmp_path)

    assert age == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME) - 2.5, abs=0.5)


def test_age_is_not_known_without_the_file(tmp_path: Path) -> None:
    assert age_s(tmp_path) is None


def test_this_process_is_older_than_its_tests() -> None:
    assert (age_s() or 0) > time.process_time() / 100


def test_the_run_queue_is_each_threads_own_and_never_shrinks() -> None:
    found: list[int | None] = []
    thread = threading.Thread(target=lambda: found.extend([runqueue_ns(), runqueue_ns()]))
    thread.start()
    thread.join()

    first, second = found
    assert first is not None
    assert second is not None
    assert second >= first >= 0
