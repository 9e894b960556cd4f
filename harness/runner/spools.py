"""Where the processes of a run share data: a folder beside the records, which is gone when the run is, come what may.

`<home>/spool/<run>~<host>~<pid>~<start>` names the launcher that removes it. One that was killed could not: the next
launch on the same host finds that the process is no more, and removes it then.
"""

import shutil
import socket
from contextlib import suppress
from pathlib import Path

import psutil

from harness.model.home import make_folder
from harness.model.plan import DataAccess, FeatureAccess, Plan

_FOLDER, _SEPARATOR = "spool", "~"
_CLOCK_S = 2.0  # by which the start of a process may be read differently


def needs_spool(plan: Plan) -> bool:
    """Whether processes of the run share what sources bring, or the grids of features."""
    return plan.data is DataAccess.SHARED or plan.features is FeatureAccess.PRECOMPUTE


def make_spool(plan: Plan, run: Path) -> None:
    """Make the spool of a run where its plan needs one; and remove what launchers that were killed have left."""
    root = run.parent.parent
    _remove_stale(root / _FOLDER)
    if needs_spool(plan):
        owner = psutil.Process()
        name = _SEPARATOR.join((run.name, _host(), str(owner.pid), f"{owner.create_time():.2f}"))
        make_folder(root, f"{_FOLDER}/{name}")


def find_spool(run: Path) -> Path | None:
    """The spool of a run, None where there is none."""
    return next(iter((run.parent.parent / _FOLDER).glob(f"{run.name}{_SEPARATOR}*")), None)


def remove_spool(run: Path) -> None:
    """Remove it, when the last process of the run has ended."""
    found = find_spool(run)
    if found is not None:
        _remove(found)


def _remove_stale(folder: Path) -> None:
    for spool in folder.glob(f"*{_SEPARATOR}*") if folder.is_dir() else ():
        _, *owner = spool.name.rsplit(_SEPARATOR, 3)
        if len(owner) == 3 and owner[0] == _host() and not _is_alive(owner[1], owner[2]):
            _remove(spool)


def _is_alive(pid: str, start: str) -> bool:
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(start)) < _CLOCK_S
    except psutil.NoSuchProcess:
        return False
    except (ValueError, psutil.Error):
        return True  # not ours to judge


def _remove(spool: Path) -> None:
    shutil.rmtree(spool, ignore_errors=True)
    with suppress(OSError):  # others are in it
        spool.parent.rmdir()


def _host() -> str:
    return socket.gethostname().replace(_SEPARATOR, "-").replace("/", "-")
