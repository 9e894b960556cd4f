"""Signals reach a script exactly once, however they were sent, and a launcher stops and dies with its script."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.runner.follow import is_for_all
from harness.runner.witness import Witness, pending_of
from tests.runner.running import environment

HEARS = """
import signal, sys
def hear(number, frame):
    print(signal.Signals(number).name, flush=True)
    if number == signal.SIGTERM:
        sys.exit(5)
for number in (signal.SIGINT, signal.SIGUSR1, signal.SIGTERM, signal.SIGCONT):
    signal.signal(number, hear)
print("ready", flush=True)
while True:
    signal.pause()
"""


class Seen:
    """A witness to whom a signal comes after a number of looks."""

    def __init__(self, after: int) -> None:
        self.after, self.looks, self.renewed = after, 0, 0

    def has_seen(self, number: int) -> bool:
        self.looks += 1
        return self.looks > self.after

    def renew(self) -> None:
        self.renewed += 1


@pytest.mark.parametrize(("after", "expected"), [(0, True), (5, True), (1_000, False)])
def test_a_signal_that_a_witness_has_got_too_was_sent_to_all(after: int, expected: bool) -> None:
    seen = Seen(after)

    assert is_for_all(signal.SIGUSR2, seen, sleep=lambda _: None) is expected
    assert seen.renewed == expected


def test_pending_signals_are_read_from_both_masks(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tsh\nSigPnd:\t0000000000000001\nShdPnd:\t0000000000004002\nSigBlk:\tfffffffe7ffbfeff\n")

    assert pending_of(status) == {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}
    assert pending_of(tmp_path / "gone") == frozenset()


@pytest.fixture
def watched(tmp_path: Path) -> "Iterator[subprocess.Popen[str]]":
    """A script that says what it hears, under a launcher that leads a process group."""
    script = tmp_path / "hears.py"
    script.write_text(HEARS)
    words = ["-m", "harness", "run", "--no-stacks", "--out", str(tmp_path / "report"), str(script)]
    process = subprocess.Popen(
        [sys.executable, *words],
        env=environment(tmp_path / "home"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@pytest.mark.process
def test_each_signal_is_heard_once_and_a_stop_is_seen(watched: "subprocess.Popen[str]") -> None:
    assert watched.stdout is not None
    os.killpg(watched.pid, signal.SIGINT)
    heard = [watched.stdout.readline()]
    watched.send_signal(signal.SIGUSR1)
    heard.append(watched.stdout.readline())
    watched.send_signal(signal.SIGTSTP)
    stopped = os.waitid(os.P_PID, watched.pid, os.WSTOPPED)
    os.killpg(watched.pid, signal.SIGCONT)
    heard.append(watched.stdout.readline())
    watched.send_signal(signal.SIGTERM)  # `timeout` does so: to its child, then to the group
    os.killpg(watched.pid, signal.SIGTERM)
    out, _ = watched.communicate(timeout=60)

    assert stopped is not None
    assert stopped.si_status == signal.SIGTSTP
    assert [line.strip() for line in (*heard, *out.splitlines())] == ["SIGINT", "SIGUSR1", "SIGCONT", "SIGTERM"]
    assert watched.returncode == 5


@pytest.mark.process
def test_a_launcher_that_is_killed_takes_the_script_with_it_and_leaves_no_reserve(
    watched: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    (folder,) = (tmp_path / "home" / "runs").iterdir()
    assert (folder / "reserve").exists()

    watched.kill()
    out, _ = watched.communicate(timeout=60)  # the script's end of the pipe is closed

    assert (watched.returncode, out) == (-signal.SIGKILL, "")
    for _ in range(3_000):
        if not (folder / "reserve").exists():
            return
        time.sleep(0.01)
    pytest.fail("the reserve is still there")


@pytest.mark.process
def test_a_witness_that_is_renewed_has_seen_nothing(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "left")
    pid = witness._pid
    assert pid is not None
    try:
        assert not witness.has_seen(signal.SIGUSR1)
        os.kill(pid, signal.SIGUSR1)
        assert witness.has_seen(signal.SIGUSR1)
        witness.renew()
        assert not witness.has_seen(signal.SIGUSR1)
    finally:
        witness.close()
