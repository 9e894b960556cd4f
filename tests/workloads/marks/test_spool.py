"""The spool: made by one, mapped by all, with nothing left over and a sentence where there is no room."""

import errno
import multiprocessing
import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

from harness.errors import RunError
from harness.workloads.marks import spool as module
from harness.workloads.marks.spool import Spool


def test_of_many_threads_one_makes_it(tmp_path: Path) -> None:
    made, found, gate = [], [], threading.Barrier(4)

    def ask() -> None:
        gate.wait()
        found.append(Spool(folder=tmp_path).fetch("a", lambda: made.append(1) or np.arange(9), "bars").value)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert all(np.array_equal(one, np.arange(9)) for one in found)


def test_what_fails_is_tried_again_by_the_next(tmp_path: Path) -> None:
    spool = Spool(folder=tmp_path)
    with pytest.raises(ZeroDivisionError):
        spool.fetch("a", lambda: 1 / 0, "bars")
    assert spool.fetch("a", lambda: "there", "bars").value == "there"


def test_a_full_disk_names_what_for_and_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(value: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module, "pack", full)
    with pytest.raises(RunError, match=r"what bars brings cannot be written .*No space left.*: free space there, set"):
        Spool(folder=tmp_path).fetch("a", lambda: 1, "what bars brings")
    assert [path.name for path in tmp_path.iterdir()] == ["a.lock"]


def test_what_cannot_be_packed_stays_with_the_one_who_made_it(tmp_path: Path) -> None:
    found = Spool(folder=tmp_path).fetch("a", lambda: lambda: 7, "bars")
    assert found.value() == 7
    assert "cannot be pickled" in str(found.unshared)


class Stubborn:
    """Goes into a pickle and does not come out."""

    def __reduce__(self) -> tuple[type[int], tuple[str]]:
        return int, ("no number",)


def test_what_cannot_be_read_back_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"what bars brings was written .* cannot be read back \(invalid literal"):
        Spool(folder=tmp_path).fetch("a", Stubborn, "what bars brings")


@pytest.mark.process
def test_a_lock_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, ours = context.Pipe()
    holder = context.Process(target=hold, args=(str(tmp_path), ours))
    holder.start()
    assert ready.recv() == "held"
    os.kill(holder.pid or 0, signal.SIGKILL)
    holder.join()
    assert Spool(folder=tmp_path).fetch("a", lambda: "mine", "bars").value == "mine"


def hold(folder: str, ours: object) -> None:
    def load() -> None:
        ours.send("held")  # type: ignore[attr-defined]
        signal.pause()

    Spool(folder=Path(folder)).fetch("a", load, "bars")
