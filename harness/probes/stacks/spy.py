"""Drives py-spy over a process tree: stretch after stretch, each turned into a `stacks-*.jsonl` when it ends."""

import os
import resource
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from harness.model.stacks import StackSource
from harness.probes.stacks.budget import COST_SHARE, affordable_hz, spare_s, tree_cpu_s
from harness.probes.stacks.chrometrace import held, read_events
from harness.probes.stacks.permission import find_py_spy, reason_in
from harness.probes.stacks.schedule import FULL_LOOKS, FULL_RATE_S, LOWEST_HZ, rate_after, stretch_after
from harness.probes.stacks.torn import without_torn
from harness.probes.stacks.writer import StackWriter, free_path, key_of

START_S = 0.001  # from the moment Popen returns to the one py-spy counts from: 0.6 to 1.6 ms on an idle machine
TRACE_BYTES = 32 << 20  # py-spy keeps a stretch in memory, at about twice its size on disk: shorten the next one
GRACE_S = 3.0  # for py-spy to notice that the process has ended
_MOST_SAID = 1 << 16
_ATTEMPTS = 20  # an interpreter that has just been started cannot be read yet
_AGAIN_S = 0.1
_BATCH = 5000
SPARED_HZ = 5  # however dear
START_CPU_S = 0.03  # of py-spy, once for each stretch, whatever the rate
EARLY_HZ = 20  # until the first trial begins
FIRST_HZ = 60  # of the first stretch in trials: a study of three seconds is to have a hundred looks
TRIALS = "trials-*.jsonl"  # what a process leaves when its first trial begins
_LOOK_S = 0.03
LAST_LOOKS = 1  # what a thread is given that was gone when its trace ended: the mean time to the next look


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Stacks cannot be had from outside, and why."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a run of py-spy brought; `why` says what went wrong where it brought nothing."""

    samples: int
    cpu_s: float  # py-spy's own
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often to look, and what it may cost."""

    most_hz: float
    cost_share: float | None = COST_SHARE

    @property
    def full_s(self) -> float:
        """How long the rate is full: a rate that was asked for keeps two minutes."""
        return FULL_RATE_S if self.cost_share is None else min(FULL_LOOKS / self.most_hz, FULL_RATE_S)

    @property
    def first_hz(self) -> float:
        """What can be afforded while nothing is known of the cost."""
        return float("inf") if self.cost_share is None else EARLY_HZ

    def of_stretch(self, elapsed_s: float, affordable: float) -> int:
        """Looks per second: a whole number, as py-spy wants it.

        What can be afforded has a floor, because not all of the cost goes down with the rate: ten times a second
        py-spy searches the machine's processes for new children (1.6 % of a core where there are ninety).
        """
        return max(int(min(rate_after(elapsed_s, self.most_hz, self.full_s), max(affordable, SPARED_HZ))), LOWEST_HZ)


def start(
    pid: int, folder: Path, rate_hz: float, *, cost_share: float | None = COST_SHARE, py_spy: Path | None = None
) -> "PySpy | Refused":
    """Sample `pid` and all that descend from it until it ends, into `folder`. Returns at once.

    `rate_hz` is the most: from the second stretch on the rate is what keeps to `cost_share` (None: whatever it costs).
    """
    executable = py_spy or find_py_spy()
    if executable is None:
        return Refused(why="py-spy is not installed")
    return PySpy(executable, pid, folder, Rate(most_hz=rate_hz, cost_share=cost_share))


class PySpy:
    """Attached from outside and without pausing anybody: the script's exit code, signals and children stay its own.

    py-spy runs in a session of its own, so that a Ctrl-C reaches the script and not it. What it writes is read in a
    thread of the launcher, and has no name on the disk: process titles in it may hold what belongs in no record.
    """

    def __init__(self, executable: Path, pid: int, folder: Path, rate: Rate) -> None:
        self._executable, self._pid, self._folder, self._rate = executable, pid, folder, rate
        self._stopping = threading.Event()
        self._running: int | None = None  # py-spy's pid until it has been waited for
        self._lock = threading.Lock()
        self._samples = 0
        self._cpu_s = 0.0
        self._said: str | None = None
        self._has_trials = rate.cost_share is None  # else looks are saved up for when trials begin
        self._thread = threading.Thread(target=self._drive, name="harness-stacks", daemon=True)
        self._thread.start()

    def stop(self) -> Taken:
        """Say that the script has ended; returns when its samples are in the folder."""
        self._stopping.set()
        self._thread.join(GRACE_S)
        for number in (signal.SIGINT, signal.SIGKILL):  # children that outlive the script keep py-spy busy
            if self._thread.is_alive():
                self._signal(number)
                self._thread.join(GRACE_S + TRACE_BYTES / 1e7)  # while it writes, and we read
        why = None
        if self._samples == 0:
            why = self._said or "py-spy saw no Python code before the script ended"
        return Taken(samples=self._samples, cpu_s=self._cpu_s, why=why)

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            if self._running is not None:
                with suppress(ProcessLookupError):
                    os.kill(self._running, number)

    def _drive(self) -> None:
        began_s = time.monotonic()
        stretch_s, failures, affordable = stretch_after(0.0), 0, self._rate.first_hz
        is_begun = self._has_trials
        while not self._stopping.is_set() and failures < _ATTEMPTS:
            if self._has_trials and not is_begun:
                is_begun, began_s = True, time.monotonic()
                stretch_s, affordable = stretch_after(0.0), FIRST_HZ
            rate_hz = self._rate.of_stretch(time.monotonic() - began_s, affordable)
            cost_s, used_s = self._cost_s(), tree_cpu_s(self._pid)
            try:
                size = self._stretch(rate_hz, stretch_s)
            except OSError as error:  # the disk is full, or py-spy cannot be started
                self._said = f"stack samples could not be kept ({error.strerror or error})"
                return
            if size is None:
                failures += 1
                self._stopping.wait(_AGAIN_S)
                continue
            failures = 0
            next_s = next_stretch_s(stretch_s, size, time.monotonic() - began_s)
            if self._rate.cost_share is not None:
                all_s = tree_cpu_s(self._pid)
                spare = spare_s(self._cost_s(), all_s, self._rate.cost_share) * min(stretch_s / next_s, 1.0)
                last_s = self._cost_s() - cost_s
                last_s = max(last_s - START_CPU_S, last_s / 2)
                affordable = affordable_hz(rate_hz, last_s, _risen(used_s, all_s), self._rate.cost_share, spare)
            stretch_s = next_s

    def _cost_s(self) -> float:
        """CPU so far of py-spy and of this thread, which reads its traces."""
        return self._cpu_s + time.thread_time()

    def _stretch(self, rate_hz: int, stretch_s: int) -> int | None:
        """Record one stretch; the size of its trace, None when py-spy could not look."""
        with _nameless(self._folder) as trace, _nameless(self._folder) as errors:
            command = [str(self._executable), *options(self._pid, rate_hz, stretch_s, _path_of(trace))]
            with self._lock:
                pid = self._running = _spawn(command, errors)
            began_s = time.time() + START_S
            usage = self._ended(pid)
            with self._lock:
                self._running = None
            self._cpu_s += usage.ru_utime + usage.ru_stime
            size = os.fstat(trace).st_size
            if size == 0:
                said = os.pread(errors, _MOST_SAID, 0).decode(errors="replace")
                self._said = reason_in(said) or "py-spy ended without a word"
                return None
            path = free_path(self._folder, "stacks-py-spy")
            stretch = Stretch(began_s=began_s, rate_hz=rate_hz, lived=self._lived)
            self._samples += convert(_path_of(trace), path, stretch)
            return size

    def _ended(self, pid: int) -> "resource.struct_rusage":
        """Wait for py-spy, which is interrupted as soon as the first trial begins: a stretch at a high rate follows."""
        while not self._has_trials:
            done, _, usage = os.wait4(pid, os.WNOHANG)
            if done:
                return usage
            if next(self._folder.glob(TRIALS), None) is not None:
                self._has_trials = True
                self._signal(signal.SIGINT)
            time.sleep(_LOOK_S)
        return os.wait4(pid, 0)[2]

    def _lived(self, pid: int, native_thread: int) -> bool:
        """Whether a thread was there to the end of a stretch: it still is, or its end is what ended the stretch."""
        return pid == native_thread == self._pid or Path(f"/proc/{pid}/task/{native_thread}").exists()


@contextmanager
def _nameless(folder: Path) -> Iterator[int]:
    """A file in `folder` that has no name, so that nothing of it is left however we end: its descriptor."""
    descriptor, name = tempfile.mkstemp(prefix=".stacks-", dir=folder)
    try:
        os.unlink(name)  # noqa: PTH108
        yield descriptor
    finally:
        os.close(descriptor)


def _path_of(descriptor: int) -> Path:
    """By which another process of ours can open it, as long as we are there."""
    return Path("/proc", str(os.getpid()), "fd", str(descriptor))


def _spawn(command: list[str], errors: int) -> int:
    """Start a program in a session of its own; its pid.

    The launcher blocks the signals that it passes on, and a child inherits what is blocked: py-spy must hear the
    interrupt that ends it. Popen cannot say so.
    """
    quiet = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, errors, 2),
    ]
    return os.posix_spawn(command[0], command, os.environ, file_actions=quiet, setsid=True, setsigmask=[])


def _risen(before_s: float | None, after_s: float | None) -> float | None:
    return None if before_s is None or after_s is None else after_s - before_s


def options(pid: int, rate_hz: int, stretch_s: int, trace: Path) -> list[str]:
    """What py-spy is asked: every thread, waiting ones too (without them a stack would hold while its thread waits)."""
    asked = ["record", "--pid", str(pid), "--subprocesses", "--nonblocking", "--idle", "--threads", "--full-filenames"]
    asked += ["--format", "chrometrace", "--rate", str(rate_hz), "--duration", str(stretch_s), "--output", str(trace)]
    return asked


def next_stretch_s(stretch_s: int, trace_bytes: int, elapsed_s: float) -> int:
    """Seconds of the next stretch: as the schedule has it, but no longer than its trace may grow."""
    most_s = stretch_s * TRACE_BYTES / max(trace_bytes, 1)
    return max(round(min(stretch_after(elapsed_s), most_s)), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What is known of a trace beside its own text."""

    began_s: float  # what it counts from, since the Unix epoch
    rate_hz: float
    lived: Callable[[int, int], bool]  # whether a thread of a process was there to its end


def convert(trace: Path, path: Path, stretch: Stretch) -> int:
    """Write a trace of py-spy as stack samples; how many. A trace that ends in the middle gives what it has."""
    writer = StackWriter(path, StackSource.PY_SPY, stretch.rate_hz, why=None, began_s=stretch.began_s)
    samples = 0
    try:
        with suppress(ValueError):
            most_s = LAST_LOOKS / stretch.rate_hz
            for look in without_torn(list(held(read_events(trace), lived=stretch.lived, most_s=most_s))):
                stack = writer.stack([key_of(frame) for frame in look.frames])
                at_s = round(stretch.began_s + look.began_s, 6)
                writer.sample((at_s, look.pid, look.native_thread, stack, None, None, round(look.wall_s, 6)))
                samples += 1
                if writer.waiting >= _BATCH:
                    writer.flush()
        writer.flush()
    finally:
        writer.close()
    return samples
