"""Python processes that trials start: how many, and how long each takes to be ready for its work."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.profile.account.rows import ProcessPhases
from harness.profile.columns import Trials
from harness.profile.facts import Process, StartedProcesses

LEAST = 3  # processes, to speak of a habit
LEAST_PER_TRIAL = 0.5
TICK_S = 0.02  # the kernel tells a process's start in hundredths of a second, counted from its own
_PACKAGES = 3
_OURS = ("_study_harness", "study-harness")


@dataclass(slots=True)
class _Child:
    """One process, cut to the trial that started it."""

    began_s: float
    ready_s: float  # its imports done
    ended_s: float
    imports_s: float


def started_processes(
    phases: Sequence[ProcessPhases], trials: Trials, processes: Sequence[Process]
) -> StartedProcesses | None:
    """None where trials start none that are new interpreters, or only now and then (a pool's workers, once)."""
    own = {process.pid: index for index, process in enumerate(processes)}
    by_trial: dict[int, list[_Child]] = defaultdict(list)
    packages: dict[str, float] = defaultdict(float)
    for phase in phases:
        if phase.is_fork or phase.pid in own or phase.parent not in own:
            continue
        rows = np.flatnonzero(trials.process == own[phase.parent])
        is_since = trials.started_s[rows] <= phase.started_s + TICK_S
        inside = rows[is_since & (phase.ready_s <= trials.ended_s[rows])]
        if not len(inside):
            continue
        trial = int(inside[-1])
        by_trial[trial].append(_cut(phase, float(trials.started_s[trial]), float(trials.ended_s[trial])))
        for name, (wall_s, _) in phase.packages.items():
            if name not in _OURS:
                packages[name] += wall_s
    count = sum(len(children) for children in by_trial.values())
    if count < LEAST or count < LEAST_PER_TRIAL * len(trials):
        return None
    heaviest = sorted(packages.items(), key=lambda item: -item[1])[:_PACKAGES]
    return StartedProcesses(
        count=count,
        per_trial=count / len(trials),
        startup_s_per_trial=sum(_union([(one.began_s, one.ready_s) for one in of]) for of in by_trial.values())
        / len(trials),
        life_s_per_trial=sum(_union([(one.began_s, one.ended_s) for one in of]) for of in by_trial.values())
        / len(trials),
        imports_s=sum(one.imports_s for of in by_trial.values() for one in of) / count,
        packages=tuple((name, wall_s / count) for name, wall_s in heaviest),
    )


def _cut(phase: ProcessPhases, since_s: float, until_s: float) -> _Child:
    """Imports that follow the start without the script's own work between them belong to the start."""
    ended_s = min(phase.at_s if phase.exit_s is None else phase.exit_s, until_s)
    imports_s = sum(one.wall_s for one in phase.imports)
    ready_s = min(phase.ready_s + imports_s, ended_s)
    began_s = max(phase.started_s, since_s)
    return _Child(began_s=began_s, ready_s=ready_s, ended_s=max(ended_s, began_s), imports_s=imports_s)


def _union(stretches: Sequence[tuple[float, float]]) -> float:
    """Seconds that are in at least one stretch: processes of one trial may start side by side."""
    total_s, reach_s = 0.0, float("-inf")
    for began_s, ended_s in sorted(stretches):
        total_s += max(ended_s - max(began_s, reach_s), 0.0)
        reach_s = max(reach_s, ended_s)
    return total_s
