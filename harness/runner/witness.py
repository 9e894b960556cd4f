"""Tells a signal to the process group from one to this process alone: by a process that lives in the group as well.

`kill` leaves no word of whom it was meant for. A witness blocks every signal, so that whatever was sent to the whole
group, or to each of its members, is pending for it, and what was sent to us alone is not. The kernel walks a group
from its youngest member to its oldest within one call: when we hear of a signal, the witness has it already.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

from harness.probes.limits import is_tight, processes_left

_SHELL = "/bin/sh"
_WAIT = 'read -r _; rm -f -- "$1"'  # until we are gone, however that came about: then what we would have removed goes
_NEVER = {signal.SIGKILL, signal.SIGSTOP}


class Witness:
    """Lives as long as this process, or until `close`. Where none can be started, nothing was sent to the group.

    When this process is killed, the witness removes `left` and ends.
    """

    def __init__(self, left: Path) -> None:
        self._left = left
        self._pid: int | None = None
        self._read, self._write = os.pipe()
        self._start()

    def has_seen(self, number: int) -> bool:
        """Whether the signal is pending for it."""
        if self._pid is None:
            return False
        return number in pending_of(Path("/proc", str(self._pid), "status"))

    def renew(self) -> None:
        """Forget what it has seen."""
        self._end()
        self._start()

    def close(self) -> None:
        self._end()
        os.close(self._read)
        os.close(self._write)

    def _start(self) -> None:
        if is_tight(processes_left()):
            return
        quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
        with suppress(OSError):  # no shell, no room for a process
            self._pid = os.posix_spawn(
                _SHELL,
                ["sh", "-c", _WAIT, "sh", str(self._left)],
                {"PATH": os.defpath},
                file_actions=[(os.POSIX_SPAWN_DUP2, self._read, 0), *quiet],
                setsigmask=signal.valid_signals() - _NEVER,
            )

    def _end(self) -> None:
        pid, self._pid = self._pid, None
        if pid is not None:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def pending_of(status: Path) -> frozenset[int]:
    """Signals that wait for a process, from its `/proc/<pid>/status`; none where that cannot be read."""
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return frozenset()
    masks = [int(line.split()[1], 16) for line in lines if line.startswith(("SigPnd:", "ShdPnd:"))]
    return frozenset(number for number in range(1, signal.NSIG) if any(mask >> (number - 1) & 1 for mask in masks))
