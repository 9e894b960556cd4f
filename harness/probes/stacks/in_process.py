"""The in-process sampler: a daemon thread that looks at the threads inside a trial, where py-spy may not look."""

import os
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from harness.model.stacks import StackSource
from harness.probes.stacks.schedule import rate_after
from harness.probes.stacks.turn import Turn
from harness.probes.stacks.writer import Key, StackWriter, free_path

FLUSH_EVERY_S = 2.0
MOST_WAITING = 500  # samples in memory
MOST_KNOWN = 50_000  # frames and stacks in memory; code made at run time has no end of them: then a new file begins
DEEPEST = 200  # frames of a stack, counted from the leaf
JOIN_S = 1.0

Where = Callable[[int], tuple[int, str] | None]
"""From a thread's identifier to the number of the trial it is in and its innermost span; None outside a trial."""


class InProcessSampler:
    """Samples this process from within, until `stop`; nothing is written before the first sample.

    Whoever makes it has `before_fork`, `after_fork_in_parent` and `restart_after_fork` called round a fork.
    It sees a thread only when it gets the GIL: native code that holds the GIL for long is charged to the line that
    called it once it lets go. The thread never keeps the process alive, and it is gone while the process forks, so
    that Python does not warn of a fork with threads that the script did not start. When the disk is full it stops.
    """

    def __init__(self, folder: Path, rate_hz: float, why: str, where: Where) -> None:
        self._folder, self._rate_hz, self._why, self._where = folder, rate_hz, why, where
        self._began_s = time.monotonic()  # of the run in this process: a restart goes on with the rate it had
        self._is_wanted = False
        self._is_broken = False
        self._turn = Turn()
        self._reset()

    def _reset(self) -> None:
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._writer: StackWriter | None = None

    def start(self) -> None:
        """Begin, or go on after a fork in Python 3.13; cheap where it already runs."""
        self._is_wanted = True
        if self._thread is None and not self._is_broken:
            self._ending = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(self._ending,), name="harness-stacks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Write what is left and end the thread."""
        self._is_wanted = False
        self._pause()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def restart_after_fork(self) -> None:
        """In a forked child: forget the parent's samples and file. `start` begins anew, in a file of its own."""
        if self._writer is not None:
            self._writer.close()  # our copy of the descriptor; the rows that waited are in the parent's copy too
        self._is_wanted = False
        self._turn.give_back()
        self._reset()

    def before_fork(self) -> None:
        """End the thread for the moment of a fork."""
        self._pause()

    def after_fork_in_parent(self) -> None:
        """Go on at once, save from Python 3.13 on, which counts threads after this: there the next `start` does."""
        if self._is_wanted and sys.version_info < (3, 13):
            self.start()

    def _pause(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            self._ending.set()
            thread.join(JOIN_S)
        self._turn.give_back()

    def _run(self, ending: threading.Event) -> None:
        last_s = flushed_s = time.monotonic()
        random_ = random.Random(os.getpid())  # the script's own generator is left alone
        try:
            while not ending.wait(self._pause_s(random_)):
                now_s = time.monotonic()
                self._turn.take(self._look(now_s - last_s))
                last_s = now_s
                if self._writer is not None and self._is_due(self._writer, now_s - flushed_s):
                    self._writer.flush()
                    flushed_s = now_s
            if self._writer is not None:
                self._writer.flush()
        except Exception:  # no room on the disk, above all; whatever it is, the script goes on, unsampled and unaware
            self._is_broken = True

    def _pause_s(self, random_: random.Random) -> float:
        """Until the next look: spread about the mean, so that it cannot fall into step with what it looks at."""
        rate_hz = rate_after(time.monotonic() - self._began_s, self._rate_hz)
        return random_.uniform(0.5, 1.5) / rate_hz

    def _is_due(self, writer: StackWriter, since_s: float) -> bool:
        if writer.known > MOST_KNOWN:
            writer.flush()
            writer.close()
            self._writer = self._open()
            return False
        return since_s >= FLUSH_EVERY_S or writer.waiting >= MOST_WAITING

    def _look(self, weight_s: float) -> int:
        """Sample every thread inside a trial; how many there are."""
        found = 0
        own = threading.get_ident()
        at_s = round(time.time(), 6)
        for ident, frame in sys._current_frames().items():
            place = None if ident == own else self._where(ident)
            if place is None:
                continue
            if self._writer is None:
                self._writer = self._open()
            stack = self._writer.stack(walk(frame))
            row = (at_s, os.getpid(), self._native(ident), stack, place[1], place[0], round(weight_s, 6))
            self._writer.sample(row)
            found += 1
        return found

    def _open(self) -> StackWriter:
        path = free_path(self._folder, f"stacks-{os.getpid()}")
        return StackWriter(path, StackSource.IN_PROCESS, self._rate_hz, why=self._why, began_s=time.time())

    def _native(self, ident: int) -> int:
        """The kernel's id of a thread; 0 where Python does not know it (a thread that another library started)."""
        thread = threading._active.get(ident)  # type: ignore[attr-defined]
        return (thread.native_id if thread is not None else 0) or 0


def walk(frame: FrameType | None) -> list[Key]:
    """A stack, root first; of a very deep one the part next to the leaf."""
    keys: list[Key] = []
    while frame is not None and len(keys) < DEEPEST:
        code = frame.f_code
        keys.append((code.co_filename, frame.f_lineno or code.co_firstlineno, code.co_qualname))
        frame = frame.f_back
    keys.reverse()
    return keys
