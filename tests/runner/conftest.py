"""Real runs, in a folder that holds the objectives and the records."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from harness.model.machine import Machine
from harness.model.plan import Plan
from harness.model.record import Record
from harness.model.store import read_record
from harness.runner.launch import Progress, Site, launch

OBJECTIVES = '''"""Objectives of the runner's tests; each ends a run in its own way."""

import os
import signal
import sys
import time

from harness.errors import DataError

FATAL = 3


def _point(trial):
    return trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_int("n", 0, 9)


def parabola(trial):
    return _point(trial)


def raising(trial):
    if trial.number == FATAL:
        raise ValueError("three is too many")
    return _point(trial)


def refusing(trial):
    if trial.number == FATAL:
        raise DataError("bars.csv: row 7 has no price")
    return _point(trial)


def killed(trial):
    if trial.number == FATAL:
        os.kill(os.getpid(), signal.SIGKILL)
    return _point(trial)


def leaving(trial):
    if trial.number == FATAL:
        os._exit(7)
    return _point(trial)


def leaving_quietly(trial):
    if trial.number == FATAL:
        os._exit(0)
    return _point(trial)


def exiting(trial):
    if trial.number == FATAL:
        sys.exit()
    return _point(trial)


class ArrowMemoryError(MemoryError):
    """A library's own, as Arrow's is."""


def greedy(trial):
    import numpy

    if trial.number == FATAL:
        try:
            numpy.ones(1 << 59)
        except MemoryError as error:
            raise ArrowMemoryError(str(error)) from None
    return _point(trial)


def stubborn(trial):
    while trial.number == FATAL:
        try:
            time.sleep(600)
        except KeyboardInterrupt:
            open("swallowed", "w").close()
    return _point(trial)


def endless(trial):
    if trial.number >= FATAL:
        time.sleep(600)
    return _point(trial)


NUMBER = 5


def unknowing(trial):
    return float("nan")


def double(trial):
    return _point(trial), 1 - _point(trial)
'''

Run = Callable[..., Record]
_MODULES = {"harness.runner.child", "harness.runner.forkserver"}


def processes_of(folder: Path) -> list[psutil.Process]:
    """What still runs on behalf of a run; its folder's name is unique, its path may be given relative."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if _MODULES & set(line := process.cmdline()) and folder.name in " ".join(line):
                found.append(process)
    return found


def gone(folder: Path) -> bool:
    """Whether every process of a run ends, within a time that only a failure uses up."""
    _, alive = psutil.wait_procs(processes_of(folder), timeout=10)
    for process in alive:
        process.kill()
    return not alive


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The current folder of a module's runs: children find `objectives` in it."""
    folder = tmp_path_factory.mktemp("bench")
    (folder / "objectives.py").write_text(OBJECTIVES)
    with contextlib.chdir(folder):
        yield folder


@pytest.fixture(scope="module")
def run(bench: Path) -> Run:
    """Carries a plan out and reads its record, having seen that no process is left."""
    site = Site(root=bench / ".harness", machine=Machine(), commit="abc")

    def run_(plan: Plan, watch: Callable[[Progress], None] = lambda progress: None) -> Record:
        folder = launch(plan, site, label="test", watch=watch)
        assert gone(folder), "processes of the run were left behind"
        return read_record(folder)

    return run_
