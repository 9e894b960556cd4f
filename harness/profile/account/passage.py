"""The main thread of a process outside its trials: start, imports, the script's own code around its studies, exit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from harness.profile.account.facts import PlaceKind
from harness.profile.account.lanes import Key, Stretches, stretch
from harness.profile.account.rows import ProcessPhases

START = Key(PlaceKind.START, "interpreter start")
IMPORTS = Key(PlaceKind.IMPORTS, "imports")
WATCHING = Key(PlaceKind.IMPORTS, "imports of study-harness itself")
OURS = ("harness", "_study_harness", "study-harness")  # top-level names of what watching itself imports
BEFORE = Key(PlaceKind.BEFORE, "before the study")
STUDIES = Key(PlaceKind.STUDIES, "between studies")
AFTER = Key(PlaceKind.AFTER, "after the study")
SCRIPT = Key(PlaceKind.SCRIPT, "the script's own code")
WAITING = Key(PlaceKind.WAITING, "waiting for own processes")
LOOP = Key(PlaceKind.BETWEEN, "rest between trials")
EXIT = Key(PlaceKind.EXIT, "exit")
CLOSING = Key(PlaceKind.EXIT, "closing this record")
UNSEEN = Key(PlaceKind.UNSEEN, "not seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the main thread that is the script's own, or a loop that runs in other threads."""

    began_s: float
    ended_s: float
    key: Key
    cpu_s: float | None  # of the process meanwhile

    @property
    def wall_s(self) -> float:
        return max(self.ended_s - self.began_s, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """When a process began and ended, and when the run's trials did, as far as all that was seen tells."""

    began_s: float
    ended_s: float
    first_trial_s: float | None  # of the whole run
    last_trial_s: float | None


def phases_of(process: ProcessPhases, life: Life) -> tuple[Phase, ...]:
    """The script's own stretches, from the interpreter's start to the process's end, without loops."""
    ready_s = max(process.ready_s, life.began_s)
    exit_s = process.exit_s if process.exit_s is not None else process.at_s
    exit_s = min(max(exit_s, ready_s), life.ended_s)
    loops = process.loops
    found = [Phase(began_s=life.began_s, ended_s=ready_s, key=START, cpu_s=process.ready_cpu_s)]
    if not loops:
        found += _without_loops(process, life, ready_s, exit_s)
    at_s, key = ready_s, BEFORE
    at_cpu_s: float | None = process.ready_cpu_s
    for loop in loops:
        cpu_s = None if at_cpu_s is None or loop.began_cpu_s is None else max(loop.began_cpu_s - at_cpu_s, 0.0)
        found.append(Phase(began_s=at_s, ended_s=min(loop.began_s, exit_s), key=key, cpu_s=cpu_s))
        at_s, at_cpu_s, key = max(at_s, loop.ended_s), loop.ended_cpu_s, STUDIES
    if loops:
        ended_cpu_s = process.exit_cpu_s if process.exit_cpu_s is not None else process.cpu_s
        cpu_s = None if at_cpu_s is None else max(ended_cpu_s - at_cpu_s, 0.0)
        found.append(Phase(began_s=at_s, ended_s=exit_s, key=AFTER, cpu_s=cpu_s))
    closed_s = min(max(process.at_s, exit_s), life.ended_s) if process.is_final else exit_s
    closing_s = None if process.exit_cpu_s is None else max(process.cpu_s - process.exit_cpu_s, 0.0)
    found.append(Phase(began_s=exit_s, ended_s=closed_s, key=CLOSING, cpu_s=closing_s))
    is_known = process.is_final or process.exit_s is not None
    found.append(Phase(began_s=closed_s, ended_s=life.ended_s, key=EXIT if is_known else UNSEEN, cpu_s=None))
    return tuple(phase for phase in found if phase.ended_s > phase.began_s)


def watching_share(process: ProcessPhases) -> float:
    """Of a process's imports, what watching imports."""
    whole_s = sum(one.wall_s for one in process.imports)
    ours_s = sum(own_s for name, (_, own_s) in process.packages.items() if name in OURS)
    return min(ours_s / whole_s, 1.0) if whole_s > 0 else 0.0


def _without_loops(process: ProcessPhases, life: Life, ready_s: float, exit_s: float) -> Iterator[Phase]:
    """A process that ran no trials itself: it stands before, beside or behind those of others."""
    cpu_s = max((process.exit_cpu_s or process.cpu_s) - process.ready_cpu_s, 0.0)
    if life.first_trial_s is None or life.last_trial_s is None:
        yield Phase(began_s=ready_s, ended_s=exit_s, key=SCRIPT, cpu_s=cpu_s)
        return
    first_s = min(max(life.first_trial_s, ready_s), exit_s)
    last_s = min(max(life.last_trial_s, first_s), exit_s)
    for began_s, ended_s, key in ((ready_s, first_s, BEFORE), (first_s, last_s, WAITING), (last_s, exit_s, AFTER)):
        yield Phase(began_s=began_s, ended_s=ended_s, key=key, cpu_s=None)


def stretches_of(phase: Phase, process: ProcessPhases, *, is_active: bool) -> Iterator[Stretches]:
    """A phase with its imports taken out of it, which are always the process's own work."""
    ours = watching_share(process)
    inside = [one for one in process.imports if phase.began_s <= one.began_s < phase.ended_s]
    if phase.key.kind in (PlaceKind.START, PlaceKind.EXIT, PlaceKind.UNSEEN) or not inside:
        yield stretch(phase.began_s, phase.ended_s, phase.key, is_active=is_active)
        return
    at_s = phase.began_s
    for one in inside:
        yield stretch(at_s, one.began_s, phase.key, is_active=is_active)
        ended_s = min(one.ended_s, phase.ended_s)
        wall_s = min(one.wall_s, max(ended_s - one.began_s, 0.0))
        mixture = {IMPORTS: np.array([wall_s * (1 - ours)]), WATCHING: np.array([wall_s * ours])}
        whole = stretch(one.began_s, ended_s, phase.key)
        if len(whole):
            yield replace(whole, mixture=mixture)
        at_s = max(at_s, ended_s)
    yield stretch(at_s, phase.ended_s, phase.key, is_active=is_active)
