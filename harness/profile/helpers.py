"""The processes of a run that ran no trials and computed while trials ran, from the samples of its process tree.

A pool's workers import everything before their first task, so what they cost a trial is read from later trials
wherever two samples lie there; what they used beyond that before is their start-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from harness.model.memory import ProcessMemory
from harness.model.store import MEMORY
from harness.profile.columns import Floats, Trials
from harness.profile.facts import Helpers, Process
from harness.profile.memory import read_tree

LEAST_TRIALS = 5  # between two samples, for the CPU per trial to be read from between them
LEAST_PART = 0.1  # of the busiest helper's CPU: what computes less (a resource tracker) does no trial's work
_TICK_S = 0.01  # the kernel counts other processes' CPU in ticks


@dataclass(frozen=True, slots=True)
class _Use:
    """CPU, and time in the run queue, of one process until one sample."""

    cpu_s: float
    queued_s: float


_NONE = _Use(0.0, 0.0)
_Point = tuple[float, dict[int, _Use]]  # when, and each helper so far, those that ended included


def helpers_of(folder: Path, trials: Trials, processes: Sequence[Process]) -> Helpers | None:
    """None where there were none, or where the samples hold no CPU.

    What trials waited for is in the kernel's own account of them. Of the samples only processes count then that
    outlive trials, as a pool's workers do: the others would be counted twice.
    """
    if not len(trials):
        return None
    points = _points(folder, _with_trials(processes))
    children_s = float(np.nan_to_num(trials.children_cpu_s, nan=0.0).mean())
    if children_s <= 0:
        return _of_samples(points, trials)
    found = _of_samples(_outliving(points, trials), trials)
    if found is None:
        return replace(_commands(children_s, processes, len(trials)), queued_s_per_trial=children_s * _queueing(points))
    return replace(found, cpu_s_per_trial=found.cpu_s_per_trial + children_s)


def _queueing(points: Sequence[_Point]) -> float:
    """How long the commands that were sampled queued for a core, for each second that they computed."""
    seen = list(points[-1][1].values()) if points else []
    cpu_s = sum(use.cpu_s for use in seen)
    return sum(use.queued_s for use in seen) / cpu_s if cpu_s > 0 else 0.0


def _commands(cpu_s_per_trial: float, processes: Sequence[Process], trials: int) -> Helpers:
    counts = [process.commands for process in processes if process.commands is not None]
    started = sum(counts)
    return Helpers(
        count=1,
        cpu_s_per_trial=cpu_s_per_trial,
        queued_s_per_trial=0.0,
        startup_cpu_s=None,
        commands_per_trial=started / trials if started else None,
    )


def _outliving(points: Sequence[_Point], trials: Trials) -> list[_Point]:
    """The samples, of those processes alone that were there in more than one trial: a command lies within its own."""
    first_s: dict[int, float] = {}
    last_s: dict[int, float] = {}
    before: dict[int, _Use] = {}
    for at_s, used in points:
        for pid, use in used.items():
            first_s.setdefault(pid, at_s)
            if use is not before.get(pid):
                last_s[pid] = at_s
        before = used
    kept = {pid for pid in first_s if not np.any((trials.started_s <= first_s[pid]) & (last_s[pid] <= trials.ended_s))}
    return [(at_s, {pid: use for pid, use in used.items() if pid in kept}) for at_s, used in points]


def _with_trials(processes: Sequence[Process]) -> frozenset[int]:
    """Processes that ran trials, and those that started them: a leader that waits for its workers helps no trial."""
    return frozenset(process.pid for process in processes) | {
        process.parent for process in processes if process.parent is not None
    }


def _points(folder: Path, known: frozenset[int]) -> list[_Point]:
    points: list[_Point] = []
    so_far: dict[int, _Use] = {}
    root: int | None = None
    for sample in read_tree(folder / MEMORY):
        if not sample.processes:
            continue
        root = sample.processes[0].pid if root is None else root
        used = {pid: use for pid, use in map(_use, sample.processes) if use is not None and pid not in known}
        used.pop(root, None)
        if used:
            so_far = {**so_far, **used}
        points.append((sample.at_s, so_far))
    return points


def _use(process: ProcessMemory) -> tuple[int, _Use | None]:
    return process.pid, None if process.cpu_s is None else _Use(process.cpu_s, process.queued_s or 0.0)


def _of_samples(points: Sequence[_Point], trials: Trials) -> Helpers | None:
    """Over the second half of the trials; else from each process's first on; else over all of them."""
    if not points:
        return None
    ended_s = np.sort(trials.ended_s)
    over = int(np.searchsorted([point[0] for point in points], ended_s[-1], side="right")) + 1
    inside = points[:over]  # one more sample than there were trials for: what ends helpers comes after it
    for begin_s in (float(np.median(ended_s)), _first_ended_s(trials)):
        late = [point for point in inside if point[0] >= begin_s]
        if len(late) > 1 and _ended_between(late[0], late[-1], ended_s) >= LEAST_TRIALS:
            steady = _between(late[0], late[-1], ended_s)
            return None if steady is None else replace(steady, startup_cpu_s=_startup_cpu_s(late[0], steady, ended_s))
    before = [point for point in inside if point[0] <= trials.started_s.min()]
    return _between(before[-1] if before else (-np.inf, {}), inside[-1], ended_s)


def _first_ended_s(trials: Trials) -> float:
    """When each process had ended its first trial."""
    return max(float(trials.ended_s[trials.process == process].min()) for process in np.unique(trials.process))


def _startup_cpu_s(first: _Point, steady: Helpers, ended_s: Floats) -> float:
    ended = int(np.searchsorted(ended_s, first[0], side="right"))
    return max(sum(use.cpu_s for use in first[1].values()) - steady.cpu_s_per_trial * ended, 0.0)


def _ended_between(first: _Point, last: _Point, ended_s: Floats) -> int:
    low, high = np.searchsorted(ended_s, (first[0], last[0]), side="right")
    return int(high - low)


def _between(first: _Point, last: _Point, ended_s: Floats) -> Helpers | None:
    """What helpers used between two samples, for each trial that ended there; None where none did, or none helped."""
    ended = _ended_between(first, last, ended_s)
    used = {pid: _less(use, first[1].get(pid, _NONE)) for pid, use in last[1].items()}
    most_s = max((use.cpu_s for use in used.values()), default=0.0)
    computed = [use for use in used.values() if use.cpu_s >= max(LEAST_PART * most_s, _TICK_S)]
    if not ended or not computed:
        return None
    return Helpers(
        count=len(computed),
        cpu_s_per_trial=sum(use.cpu_s for use in computed) / ended,
        queued_s_per_trial=sum(use.queued_s for use in computed) / ended,
        startup_cpu_s=None,
    )


def _less(use: _Use, before: _Use) -> _Use:
    return _Use(max(use.cpu_s - before.cpu_s, 0.0), max(use.queued_s - before.queued_s, 0.0))
