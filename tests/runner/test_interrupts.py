"""Ctrl-C and the death of the launcher leave a readable record and no process."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import ExitCode
from harness.model.record import Ending, Record, TrialState
from harness.model.store import read_record
from tests.runner.conftest import gone, processes_of

pytestmark = pytest.mark.process

# The launcher says when the third trial is on disk, after which the objectives in use hang; or it kills itself at the
# moment when it has started its child.
SCRIPT = """
import os, signal, sys
from pathlib import Path
from harness import cli
from harness.model.machine import Machine
from harness.model.plan import Backend, Plan, SamplerKind, Start, StorageKind
from harness.runner import launch as launching
from harness.runner.launch import Site, launch

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests themselves run in the background
objective, way, at = sys.argv[1:]
plan = Plan(workload="objectives:" + objective, trials=8, sampler=SamplerKind.NUMBERED)
if way in ("processes", "forked"):
    plan = Plan(workload="objectives:" + objective, trials=8, sampler=SamplerKind.NUMBERED,
                storage=StorageKind.JOURNAL, backend=Backend.PROCESSES, workers=2,
                start=Start.FORKSERVER if way == "forked" else Start.SPAWN)

def watch(progress):
    if progress.done >= 3:
        print("now", flush=True)

if at == "start":
    launching._Watcher = lambda *_: os.kill(os.getpid(), signal.SIGKILL)

def command():
    launch(plan, Site(root=Path(".harness"), machine=Machine()), label="test", watch=watch)

cli.app = command
cli.main()
"""


class Launcher:
    """A launcher in a process of its own, ready to be hit."""

    def __init__(self, bench: Path, objective: str, way: str, at: str = "third trial") -> None:
        self.runs = bench / ".harness" / "runs"
        self.before = set(self.runs.glob("*"))
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, objective, way, at],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=bench,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == ("" if at == "start" else "now\n")

    @property
    def folder(self) -> Path:
        (folder,) = set(self.runs.glob("*")) - self.before
        return folder

    def hit(self, number: signal.Signals) -> str:
        """Send a signal; returns what the launcher said in the end, when it has ended."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)[1]

    def record(self) -> Record:
        return read_record(self.folder)


@pytest.fixture
def started(bench: Path) -> Iterator[list[Launcher]]:
    launchers: list[Launcher] = []
    yield launchers
    for launcher in launchers:
        launcher.process.kill()
        launcher.process.communicate()
        gone(launcher.folder)


@pytest.mark.parametrize("way", ["serial", "processes", "forked"])
def test_ctrl_c_leaves_a_record_that_can_be_read_and_no_process(bench: Path, started: list[Launcher], way: str) -> None:
    started.append(launcher := Launcher(bench, "endless", way))

    said = launcher.hit(signal.SIGINT)

    assert launcher.process.returncode == ExitCode.INTERRUPTED
    recorded = len(launcher.record().trials)
    assert (
        said == f"harness: interrupted; the trials that had finished are kept in .harness/runs/{launcher.folder.name}\n"
    )
    assert "Traceback" not in said
    assert gone(launcher.folder)
    record = launcher.record()
    states = [row.state for row in record.trials]
    assert states[:3] == [TrialState.COMPLETE] * 3
    assert set(states[3:]) <= {TrialState.FAIL}  # so Optuna ends those in flight
    assert record.outcome is not None
    assert record.outcome.ending is Ending.INTERRUPTED
    assert record.outcome.detail == f"stopped by the user; {recorded} of 8 trials are recorded"
    assert record.torn_lines == 0
    working = [start for start in record.starts if start.worker >= 0]
    assert len(record.ends) == len(working)  # asked to stop, every process closed its books


def test_a_second_ctrl_c_does_not_wait_for_what_ignores_the_first(bench: Path, started: list[Launcher]) -> None:
    started.append(launcher := Launcher(bench, "stubborn", "serial"))
    swallowed, pause = bench / "swallowed", threading.Event()

    launcher.process.send_signal(signal.SIGINT)
    while not swallowed.exists() and launcher.process.poll() is None:
        pause.wait(0.01)
    launcher.hit(signal.SIGINT)

    assert launcher.process.returncode == ExitCode.INTERRUPTED
    assert gone(launcher.folder)
    outcome = launcher.record().outcome
    assert outcome is not None
    assert (outcome.ending, outcome.exit_code) == (Ending.INTERRUPTED, -signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
@pytest.mark.parametrize("way", ["serial", "processes", "forked"])
def test_a_killed_launcher_takes_its_children_along(bench: Path, started: list[Launcher], way: str) -> None:
    started.append(launcher := Launcher(bench, "endless", way))
    assert len(processes_of(launcher.folder)) == {"serial": 1, "processes": 3, "forked": 4}[way]  # a server among them

    launcher.hit(signal.SIGKILL)

    assert gone(launcher.folder)
    record = launcher.record()
    assert [row.number for row in record.trials] == [0, 1, 2]
    assert record.outcome is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_a_launcher_killed_while_its_child_still_starts_takes_it_along(bench: Path, started: list[Launcher]) -> None:
    started.append(launcher := Launcher(bench, "endless", "serial", at="start"))

    assert launcher.process.wait(timeout=30) == -signal.SIGKILL

    assert gone(launcher.folder)
    assert launcher.record().trials == ()
