"""Cuts stack samples to the time inside trials, and says in which span each was taken."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.model.record import UNATTRIBUTED
from harness.model.stacks import Frame, Stacks, StackSample
from harness.profile.code_kinds import Code, Whose
from harness.profile.columns import Segments, Trials
from harness.profile.facts import Process

OBJECTIVE = "objective"
_OPTIMIZE, _RUN_TRIAL = "optuna/study/_optimize.py", "_run_trial"
_OBSERVED = {
    "/attach/storage.py": "storage",
    "/attach/sampler.py": "suggest",
    "/attach/pruner.py": "pruner",
}
_CHARGING = "/attach/charging.py"  # whose functions are named `span:method`
_MARKED = {"Source": "load", "Feature": "feature"}
_SEEN_IN_FRAMES = {*_OBSERVED.values(), *_MARKED.values(), "other"}
# The innermost frames of a thread that waits for work: in a trial's own thread that is the trial's time, else nobody's.
_WAITING = {
    "threading.py": ("wait", "_wait_for_tstate_lock", "join"),
    "queue.py": ("get",),
    "selectors.py": ("select",),
    "concurrent/futures/thread.py": ("_worker",),
    "multiprocessing/queues.py": ("get",),
    "multiprocessing/synchronize.py": ("__enter__", "acquire", "wait"),
    "multiprocessing/connection.py": ("wait", "_poll", "_recv", "recv_bytes", "accept"),
    "socket.py": ("accept",),
    "subprocess.py": ("_try_wait", "_wait"),
    "tqdm/_monitor.py": ("run",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What lies inside trials: seconds by stack and span."""

    weight_s: dict[tuple[int, str], float]  # (index into Stacks.stacks, span)
    counts: dict[tuple[int, str], int]  # the same in samples
    samples: int
    outside: int  # samples of threads that run trials, taken between them
    processes: int
    elsewhere_s: dict[int, float]  # by stack: processes that ran no trials, at work while some trial was open
    elsewhere: dict[int, int]  # the same in samples


class Cutter:
    """Finds the trial of a sample. By the sampler that took it, by thread and time, or by Optuna's own frame."""

    def __init__(self, stacks: Stacks, trials: Trials, processes: Sequence[Process], code: Code) -> None:
        self._stacks = stacks
        self._marks = _marks_of(trials.segments)
        self._lines = _timelines(trials, processes)
        self._open = _by_process(trials, processes)
        self._facts = [_facts_of([stacks.frames[index] for index in stack], code) for stack in stacks.stacks]

    def cut(self) -> Cut:
        weight_s: dict[tuple[int, str], float] = defaultdict(float)
        counts: dict[tuple[int, str], int] = defaultdict(int)
        elsewhere_s: dict[int, float] = defaultdict(float)
        elsewhere: dict[int, int] = defaultdict(int)
        outside = 0
        pids = set()
        for sample in self._stacks.samples:
            span = self._span(sample)
            if span is not None:
                weight_s[sample.stack, span] += sample.weight_s
                counts[sample.stack, span] += 1
                pids.add(sample.pid)
            elif self._line(sample) is not None:
                outside += 1
            elif self._is_elsewhere(sample):
                elsewhere_s[sample.stack] += sample.weight_s
                elsewhere[sample.stack] += 1
        samples = sum(counts.values())
        return Cut(
            weight_s=dict(weight_s),
            counts=dict(counts),
            samples=samples,
            outside=outside,
            processes=len(pids),
            elsewhere_s=dict(elsewhere_s),
            elsewhere=dict(elsewhere),
        )

    def _is_elsewhere(self, sample: StackSample) -> bool:
        """Whether a process that runs no trials computes in the user's code while some trial is open."""
        facts = self._facts[sample.stack]
        if sample.pid in self._open or facts.is_idle or not facts.is_objective:
            return False
        return any(line.count_at(sample.at_s) > 0 for line in self._open.values())

    def _span(self, sample: StackSample) -> str | None:
        """The span of a sample inside a trial, None outside."""
        facts = self._facts[sample.stack]
        if sample.trial is not None:
            return OBJECTIVE if sample.span in (None, "other") else sample.span
        line = self._line(sample)
        trial = None if line is None else line.at(sample.at_s)
        if trial is None and not facts.runs_trial and (line is not None or not self._helps(sample)):
            return None
        if facts.observed is not None:
            return facts.observed
        marked = None if trial is None else self._marked(trial, sample.at_s)
        return marked or (OBJECTIVE if facts.is_objective else UNATTRIBUTED)

    def _line(self, sample: StackSample) -> "_Timeline | None":
        line = self._lines.get((sample.pid, sample.native_thread))
        if line is None and sample.native_thread == sample.pid:  # the main thread, whose id the rows may lack
            line = self._lines.get((sample.pid, -1))
        return line

    def _helps(self, sample: StackSample) -> bool:
        """Whether a thread without trials works for the one trial that is open in its process."""
        if self._facts[sample.stack].is_idle:
            return False
        line = self._open.get(sample.pid)
        return line is not None and line.count_at(sample.at_s) == 1

    def _marked(self, trial: int, at_s: float) -> str | None:
        """The innermost span that the user marked at that moment, where it was long enough to be kept."""
        marks, place = self._marks, bisect_left(self._marks.trial, trial)
        name, shortest_s = None, float("inf")
        while place < len(marks.trial) and marks.trial[place] == trial:
            since_s, wall_s = at_s - marks.started_s[place], marks.wall_s[place]
            if 0 <= since_s < wall_s < shortest_s:
                name, shortest_s = marks.names[marks.span[place]], wall_s
            place += 1
        return name


@dataclass(frozen=True, slots=True)
class _Marks:
    """Segments of trials in the user's own spans, as lists: they are read one by one."""

    names: tuple[str, ...]
    trial: list[int]
    span: list[int]
    started_s: list[float]
    wall_s: list[float]


def _marks_of(segments: Segments) -> _Marks:
    """Without those that our own frames show more exactly."""
    own = [index for index, name in enumerate(segments.names) if name not in _SEEN_IN_FRAMES]
    kept = np.isin(segments.span, own)
    return _Marks(
        segments.names,
        segments.trial[kept].tolist(),
        segments.span[kept].tolist(),
        segments.started_s[kept].tolist(),
        segments.wall_s[kept].tolist(),
    )


@dataclass(frozen=True, slots=True)
class _Timeline:
    """Trials of one thread or one process, in order of start; lists, as they are searched sample by sample."""

    started_s: list[float]
    ended_s: list[float]
    index: list[int]  # into the columns
    in_order_of_end: list[float]

    def at(self, at_s: float) -> int | None:
        """The trial open at a moment; of several the one that began last."""
        place = bisect_right(self.started_s, at_s) - 1
        if place < 0 or self.count_at(at_s) < 1:
            return None
        while place >= 0 and self.ended_s[place] < at_s:
            place -= 1
        return self.index[place] if place >= 0 else None

    def count_at(self, at_s: float) -> int:
        """How many trials are open at a moment."""
        return bisect_right(self.started_s, at_s) - bisect_left(self.in_order_of_end, at_s)


def _timeline(trials: Trials, rows: NDArray[np.int64]) -> _Timeline:
    rows = rows[np.argsort(trials.started_s[rows], kind="stable")]
    ended = trials.ended_s[rows]
    return _Timeline(trials.started_s[rows].tolist(), ended.tolist(), rows.tolist(), np.sort(ended).tolist())


def _timelines(trials: Trials, processes: Sequence[Process]) -> dict[tuple[int, int], _Timeline]:
    """Trials by pid and native thread."""
    pairs, group = np.unique(np.stack((trials.process, trials.native_thread)), axis=1, return_inverse=True)
    return {
        (processes[int(process)].pid, int(native)): _timeline(trials, np.flatnonzero(group == place))
        for place, (process, native) in enumerate(pairs.T)
        if 0 <= process < len(processes)
    }


def _by_process(trials: Trials, processes: Sequence[Process]) -> dict[int, _Timeline]:
    """Trials by pid."""
    return {
        process.pid: _timeline(trials, rows)
        for place, process in enumerate(processes)
        if len(rows := np.flatnonzero(trials.process == place))
    }


@dataclass(frozen=True, slots=True)
class _StackFacts:
    """What a stack shows by itself."""

    runs_trial: bool
    observed: str | None  # the span of our innermost observer or mark on it
    is_objective: bool  # the user's code runs, as far as the frames tell
    is_idle: bool


def _facts_of(frames: Sequence[Frame], code: Code) -> _StackFacts:
    start = objective_start(frames)
    below = frames[start or 0 :]
    return _StackFacts(
        runs_trial=start is not None,
        observed=next(_observed(reversed(frames), code), None),
        is_objective=any(code.is_user(frame) for frame in below),
        is_idle=is_idle(frames) or (bool(frames) and code.whose(frames[-1]) is Whose.HARNESS),
    )


def objective_start(frames: Sequence[Frame]) -> int | None:
    """Index of the first frame that the outermost trial runs; None where no frame of Optuna's says that one runs.

    A process that was forked inside a trial has the trial's frames above its own: it runs something else.
    """
    born = worker_start(frames)
    for index, frame in enumerate(frames):
        if index >= born and frame.function.endswith(_RUN_TRIAL) and frame.file.replace("\\", "/").endswith(_OPTIMIZE):
            return index + 1
    return None


def worker_start(frames: Sequence[Frame]) -> int:
    """Index of the first frame of a process's own, where multiprocessing made it; 0 in others."""
    for index in range(len(frames) - 1, -1, -1):
        frame = frames[index]
        if frame.function.endswith("_bootstrap") and frame.file.endswith("/multiprocessing/process.py"):
            return index + 1
    return 0


def is_idle(frames: Sequence[Frame]) -> bool:
    """Whether a thread waits for work, by its innermost frame."""
    if not frames:
        return True
    leaf = frames[-1]
    name = leaf.function.rpartition(".")[2]
    return any(leaf.file.endswith(f"/{file}") and name in names for file, names in _WAITING.items())


def _observed(frames: Iterator[Frame], code: Code) -> Iterator[str]:
    """Spans of our own frames, innermost first."""
    for frame in frames:
        if code.is_reader(frame):
            yield "load"
        if code.whose(frame) is not Whose.HARNESS:
            continue
        for ending, span in _OBSERVED.items():
            if frame.file.endswith(ending):
                yield span
        if frame.file.endswith(_CHARGING):
            charged, colon, _ = frame.function.partition(":")
            if colon and charged in _OBSERVED.values():
                yield charged
        if "/workloads/marks/" in frame.file or frame.file.endswith("/workloads/base.py"):
            mark = _MARKED.get(frame.function.partition(".")[0])
            if mark is not None:
                yield mark
