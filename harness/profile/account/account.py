"""The account of a run: every process's lanes laid side by side, and each moment of the run's wall given a place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from harness.model.record import Birth
from harness.profile.account.facts import ImportCost, Place, PlaceKind, ProcessAccount, RunAccount
from harness.profile.account.lanes import Key, Lane, Stretches, clipped, stretch
from harness.profile.account.lines import Heaviest
from harness.profile.account.passage import (
    IMPORTS,
    LOOP,
    OURS,
    WATCHING,
    Life,
    Phase,
    phases_of,
    stretches_of,
    watching_share,
)
from harness.profile.account.rows import ProcessPhases
from harness.profile.account.splitting import split
from harness.profile.account.trial_lanes import callback_key, cpu_in, thread_lanes
from harness.profile.columns import Trials
from harness.profile.facts import Process

_WORKS = 0.5  # of a phase in which its process computed: below it, it may have waited for others
_ORDER = {kind: place for place, kind in enumerate(PlaceKind)}

Shown = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is known of a run from outside."""

    launched_s: float  # since the Unix epoch
    ended_s: float | None  # None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of the code of a run."""

    shown: Shown  # how a file is named to the reader
    heaviest: Mapping[PlaceKind, Heaviest] = field(default_factory=dict)  # lines of places outside trials


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """One process with its lanes."""

    phases: ProcessPhases
    life: Life
    lanes: tuple[Lane, ...]
    cpu_s: Mapping[Key, float]

    @property
    def main(self) -> Lane:
        return next(lane for lane in self.lanes if lane.is_main)


def account_of(
    rows: Sequence[ProcessPhases], trials: Trials, processes: Sequence[Process], run: Run, read: Reading
) -> RunAccount | None:
    """The account; None where no process told of its phases."""
    shown = read.shown
    if not rows:
        return None
    root = _root(rows)
    ended_s = run.ended_s if run.ended_s is not None else max(one.at_s for one in rows)
    if ended_s <= run.launched_s:
        return None
    index = {process.pid: place for place, process in enumerate(processes)}
    first_s = float(trials.started_s.min()) if len(trials) else None
    last_s = float(trials.ended_s.max()) if len(trials) else None
    watched = []
    for place, row in enumerate(rows):
        process = processes[index[row.pid]] if row.pid in index else None
        life = Life(
            began_s=run.launched_s if row is root else row.started_s,
            ended_s=max(ended_s, row.ready_s) if row is root else _end_of(row, process),
            first_trial_s=first_s,
            last_trial_s=last_s,
        )
        watched.append(_watched(place, row, life, (trials, index.get(row.pid), shown), is_root=row is root))
    main = next(one for one in watched if one.phases is root)
    places = split([lane for one in watched for lane in one.lanes], main.main, run.launched_s, ended_s)
    cpu_s: dict[Key, float] = {}
    for one in watched:
        for key, seconds in one.cpu_s.items():
            cpu_s[key] = cpu_s.get(key, 0.0) + seconds
    wall_s = ended_s - run.launched_s
    calls = _calls(rows, shown)
    return RunAccount(
        wall_s=wall_s,
        places=tuple(_with_line(one, read) for one in _places(places, cpu_s, wall_s, calls)),
        processes=tuple(_process(one, root, _calls([one.phases], shown)) for one in _root_first(watched, main)),
        imports=_imports(rows),
        off_s=wall_s - sum(places.values()),
    )


def _root(rows: Sequence[ProcessPhases]) -> ProcessPhases:
    """The script's own process: the one that no other is the parent of, and that began first."""
    pids = {row.pid for row in rows}
    return next((row for row in rows if row.parent not in pids), rows[0])


def _root_first(watched: Sequence[_Watched], main: _Watched) -> list[_Watched]:
    return [main, *(one for one in watched if one is not main)]


def _end_of(row: ProcessPhases, process: Process | None) -> float:
    last_s = row.at_s if process is None or process.last_trial_s is None else max(row.at_s, process.last_trial_s)
    return max(last_s, row.ready_s)


def _watched(
    place: int, row: ProcessPhases, life: Life, table: tuple[Trials, int | None, Shown], *, is_root: bool
) -> _Watched:
    trials, index, shown = table
    phases = phases_of(row, life)
    main: list[Stretches] = []
    for phase in phases:
        main += stretches_of(phase, row, is_active=_is_active(phase, row, is_root=is_root))
    main += [stretch(loop.began_s, loop.ended_s, LOOP, is_active=False) for loop in row.loops]
    lanes: list[Lane] = []
    if index is not None:
        for is_main, stretches in thread_lanes(trials, index, row, shown):
            inside = tuple(clipped(one, life.began_s, life.ended_s) for one in stretches)
            if is_main:
                main += inside
            else:
                lanes.append(Lane(process=place, is_main=False, stretches=inside))
    own = Lane(process=place, is_main=True, stretches=tuple(one for one in main if len(one)))
    return _Watched(
        phases=row, life=life, lanes=(own, *lanes), cpu_s=_cpu(row, phases, trials, index=index, shown=shown)
    )


def _is_active(phase: Phase, row: ProcessPhases, *, is_root: bool) -> bool:
    """Whether the main thread works in a phase of its own, rather than waits for other threads and processes."""
    match phase.key.kind:
        case PlaceKind.START | PlaceKind.IMPORTS | PlaceKind.EXIT:
            return True
        case PlaceKind.BEFORE if not is_root:
            return bool(row.loops)
        case PlaceKind.WAITING | PlaceKind.UNSEEN:
            return False
        case _:
            imports = [one for one in row.imports if phase.began_s <= one.began_s < phase.ended_s]
            wall_s = phase.wall_s - sum(one.wall_s for one in imports)
            cpu_s = None if phase.cpu_s is None else phase.cpu_s - sum(one.cpu_s for one in imports)
            return cpu_s is not None and wall_s > 0 and cpu_s >= _WORKS * wall_s


def _cpu(
    row: ProcessPhases, phases: Sequence[Phase], trials: Trials, *, index: int | None, shown: Shown
) -> dict[Key, float]:
    """CPU of each place of a process: of phases its own, of trials that of their threads."""
    found: dict[Key, float] = {}
    for phase in phases:
        imports = [one for one in row.imports if phase.began_s <= one.began_s < phase.ended_s]
        imported_s = 0.0 if phase.key.kind is PlaceKind.START else sum(one.cpu_s for one in imports)
        if phase.cpu_s is not None:
            found[phase.key] = found.get(phase.key, 0.0) + max(phase.cpu_s - imported_s, 0.0)
        if imported_s:
            ours_s = imported_s * watching_share(row)
            found[IMPORTS] = found.get(IMPORTS, 0.0) + imported_s - ours_s
            found[WATCHING] = found.get(WATCHING, 0.0) + ours_s
    for one in row.callbacks:
        key = callback_key(one.name, one.place, shown)
        found[key] = found.get(key, 0.0) + one.cpu_s
    if index is not None:
        own = np.flatnonzero(trials.process == index)
        for spans, is_between in ((trials.spans, False), (trials.before, True)):
            for key, seconds in cpu_in(spans, own, shown, is_between=is_between).items():
                if key.kind is not PlaceKind.CALLBACK:
                    found[key] = found.get(key, 0.0) + seconds
    return found


def _process(one: _Watched, root: ProcessPhases, calls: Mapping[Key, int]) -> ProcessAccount:
    row, life = one.phases, one.life
    own = split(one.lanes, one.main, life.began_s, life.ended_s)
    wall_s = life.ended_s - life.began_s
    return ProcessAccount(
        pid=row.pid,
        parent=row.parent,
        birth=Birth.FORKED if row.is_fork else Birth.LAUNCHED,
        is_main=row is root,
        started_s=life.began_s,
        ended_s=life.ended_s,
        places=_places(own, one.cpu_s, wall_s, calls),
        off_s=wall_s - sum(own.values()),
    )


def _places(
    found: Mapping[Key, float], cpu_s: Mapping[Key, float], wall_s: float, calls: Mapping[Key, int]
) -> tuple[Place, ...]:
    """Places with some wall, in the order of their kinds, the largest of a kind first."""
    kept = [(key, seconds) for key, seconds in found.items() if seconds > 0]
    kept.sort(key=lambda item: (_ORDER[item[0].kind], -item[1]))
    return tuple(
        Place(
            kind=key.kind,
            name=key.name,
            wall_s=seconds,
            cpu_s=cpu_s.get(key),
            share=min(seconds / wall_s, 1.0) if wall_s > 0 else 0.0,
            part=key.part,
            where=key.where,
            calls=calls.get(key),
        )
        for key, seconds in kept
    )


def _with_line(place: Place, read: Reading) -> Place:
    found = read.heaviest.get(place.kind)
    is_part = place.kind is PlaceKind.BETWEEN and place.part is not None  # of Optuna or the collector: no line's own
    if found is None or is_part or place.name == WATCHING.name:
        return place
    return replace(place, where=found.where, function=found.function, where_share=found.share, library=found.library)


def _calls(rows: Sequence[ProcessPhases], shown: Shown) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for row in rows:
        for one in row.callbacks:
            key = callback_key(one.name, one.place, shown)
            found[key] = found.get(key, 0) + one.calls
    return found


def _imports(rows: Sequence[ProcessPhases]) -> tuple[ImportCost, ...]:
    """Top-level packages by what importing them took in all processes, without what watching imports."""
    found: dict[str, ImportCost] = {}
    for row in rows:
        for name, (wall_s, own_s) in row.packages.items():
            if name in OURS:
                continue
            known = found.get(name) or ImportCost(name=name, wall_s=0.0, own_s=0.0, processes=0)
            found[name] = replace(
                known, wall_s=known.wall_s + wall_s, own_s=known.own_s + own_s, processes=known.processes + 1
            )
    return tuple(sorted(found.values(), key=lambda one: -one.own_s))
