"""Reads what each process of a run wrote of its own phases; a row that is damaged or absurd is left out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.attach.phases import FILE
from harness.errors import RecordError
from harness.model.lines import stream_rows

_LATEST_S = 1e11  # the year 5138: a later moment is damage


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A stretch in which a process ran a study: a call of `optimize`, or its trials asked for from outside one."""

    began_s: float
    ended_s: float
    began_cpu_s: float | None
    ended_cpu_s: float | None
    is_main: bool  # in the main thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A callback of `optimize`, over all of a process's trials."""

    name: str
    place: str  # file:line, or empty
    calls: int
    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A stretch of imports."""

    began_s: float
    ended_s: float
    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPhases:
    """What one process passed through, as it last said; moments are since the Unix epoch."""

    pid: int
    parent: int
    is_fork: bool
    is_worker: bool  # one of multiprocessing's
    started_s: float
    ready_s: float
    ready_cpu_s: float
    loops: tuple[Loop, ...]  # in order of time, none inside another
    has_asked: bool  # trials were asked for outside `optimize`
    callbacks: tuple[Called, ...]
    imports: tuple[Imported, ...]
    packages: Mapping[str, tuple[float, float]]  # top-level name -> wall and own wall
    exit_s: float | None
    exit_cpu_s: float | None
    at_s: float  # when it said so
    cpu_s: float
    is_final: bool


def read_phases(folder: Path) -> tuple[ProcessPhases, ...]:
    """The processes of a run in order of their start; none where the record is older than these rows."""
    found: dict[tuple[int, int], ProcessPhases] = {}
    try:
        for row in stream_rows(folder / FILE):
            phases = None if row is None else _phases(row)
            if phases is not None:
                found[phases.pid, round(phases.ready_s)] = phases
    except (OSError, RecordError):
        return tuple(sorted(found.values(), key=lambda one: one.started_s))
    return tuple(sorted(found.values(), key=lambda one: one.started_s))


def _phases(row: Mapping[str, Any]) -> ProcessPhases | None:
    try:
        ready_s, at_s = _moment(row["ready_s"]), _moment(row["at_s"])
        exit_s = None if row["exit_s"] is None else _moment(row["exit_s"])
        started_s = ready_s if row["started_s"] is None else min(_moment(row["started_s"]), ready_s)
        return ProcessPhases(
            pid=int(row["pid"]),
            parent=int(row["parent"]),
            is_fork=bool(row["is_fork"]),
            is_worker=bool(row["is_worker"]),
            started_s=started_s,
            ready_s=ready_s,
            ready_cpu_s=_amount(row["ready_cpu_s"]),
            loops=_loops(row, at_s if exit_s is None else exit_s),
            has_asked=row["tells"] is not None,
            callbacks=tuple(
                Called(name=str(name), place=str(place), calls=int(calls), wall_s=_amount(wall_s), cpu_s=_amount(cpu_s))
                for name, place, calls, wall_s, cpu_s in row["callbacks"]
            ),
            imports=tuple(
                Imported(
                    began_s=_moment(began_s), ended_s=_moment(ended_s), wall_s=_amount(wall_s), cpu_s=_amount(cpu_s)
                )
                for began_s, ended_s, wall_s, cpu_s in row["imports"]
            ),
            packages={str(name): (_amount(wall_s), _amount(own_s)) for name, wall_s, own_s in row["packages"]},
            exit_s=exit_s,
            exit_cpu_s=None if row["exit_cpu_s"] is None else _amount(row["exit_cpu_s"]),
            at_s=max(at_s, ready_s),
            cpu_s=_amount(row["cpu_s"]),
            is_final=bool(row["is_final"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _loops(row: Mapping[str, Any], latest_s: float) -> tuple[Loop, ...]:
    """Loops that overlap (threads of the user's own, trials asked for in between) are one."""
    found = [
        Loop(
            began_s=_moment(began_s),
            ended_s=latest_s if ended_s is None else _moment(ended_s),
            began_cpu_s=_amount(began_cpu_s),
            ended_cpu_s=None if ended_cpu_s is None else _amount(ended_cpu_s),
            is_main=bool(is_main),
        )
        for began_s, ended_s, began_cpu_s, ended_cpu_s, _, is_main in row["loops"]
    ]
    if row["tells"] is not None:
        began_s, ended_s, began_cpu_s, ended_cpu_s = row["tells"]
        found.append(
            Loop(
                began_s=_moment(began_s),
                ended_s=_moment(ended_s),
                began_cpu_s=_amount(began_cpu_s),
                ended_cpu_s=_amount(ended_cpu_s),
                is_main=True,
            )
        )
    merged: list[Loop] = []
    for loop in sorted(found, key=lambda one: one.began_s):
        if merged and loop.began_s < merged[-1].ended_s:
            last = merged.pop()
            later = loop if loop.ended_s >= last.ended_s else last
            loop = Loop(
                began_s=last.began_s,
                ended_s=later.ended_s,
                began_cpu_s=last.began_cpu_s,
                ended_cpu_s=later.ended_cpu_s,
                is_main=last.is_main or loop.is_main,
            )
        merged.append(loop)
    return tuple(merged)


def _moment(value: Any) -> float:
    moment_s = float(value)
    if not 0 <= moment_s < _LATEST_S:
        raise ValueError(f"{moment_s} is not a moment")
    return moment_s


def _amount(value: Any) -> float:
    seconds = float(value)
    if not (math.isfinite(seconds) and 0 <= seconds < _LATEST_S):
        raise ValueError(f"{seconds} is not a duration")
    return seconds
