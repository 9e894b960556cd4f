"""The line of the user's own code that most of a place outside trials lies below, from samples of main threads."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.model.stacks import Frame, Stacks
from harness.profile.account.facts import PlaceKind
from harness.profile.account.passage import Life, phases_of
from harness.profile.account.rows import ProcessPhases
from harness.profile.code_kinds import Code
from harness.profile.columns import Trials
from harness.profile.facts import Process

LEAST_SAMPLES = 5  # of a place: from fewer no line is named
MOST_OF_IT = 0.5
_LIBRARY = re.compile(r"[/\\](?:site|dist)-packages[/\\]([A-Za-z0-9_]+)")
_OWN = (PlaceKind.BEFORE, PlaceKind.STUDIES, PlaceKind.AFTER, PlaceKind.SCRIPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heaviest:
    """The innermost line below which most samples of a place lie, and the library that most of them were in."""

    where: str | None  # file:line
    function: str | None
    share: float | None  # of the place's samples
    library: str | None
    samples: int


Gaps = Mapping[int, Sequence[tuple[float, float]]]  # by process


def gaps_of(trials: Trials, processes: Sequence[Process]) -> Gaps:
    """The stretches between a process's trials in which none of them was open."""
    found: dict[int, list[tuple[float, float]]] = {}
    for index, process in enumerate(processes):
        own = np.flatnonzero(trials.process == index)
        order = own[np.argsort(trials.started_s[own], kind="stable")]
        reach_s = np.maximum.accumulate(trials.ended_s[order])[:-1]
        next_s = trials.started_s[order][1:]
        is_gap = next_s > reach_s
        found[process.pid] = list(zip(reach_s[is_gap].tolist(), next_s[is_gap].tolist(), strict=True))
    return found


def heaviest_lines(
    stacks: Stacks, rows: Sequence[ProcessPhases], code: Code, gaps: Gaps | None = None
) -> dict[PlaceKind, Heaviest]:
    """By kind of place, merged over processes; only kinds with enough samples.

    Of the time between trials only what lies in a loop of the script's own around ask and tell: in Optuna's, callbacks
    have places of their own, and the rest is Optuna's.
    """
    timelines = {row.pid: _Timeline(row, (gaps or {}).get(row.pid, ())) for row in rows}
    weights: dict[PlaceKind, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    counts: dict[PlaceKind, int] = defaultdict(int)
    for sample in stacks.samples:
        timeline = timelines.get(sample.pid)
        if timeline is None or sample.native_thread not in (sample.pid, -1):
            continue
        kind = timeline.kind_at(sample.at_s)
        if kind is not None:
            weights[kind][sample.stack] += sample.weight_s
            counts[kind] += 1
    return {
        kind: _heaviest(_frames(stacks, found), code, counts[kind])
        for kind, found in weights.items()
        if counts[kind] >= LEAST_SAMPLES
    }


class _Timeline:
    """When a process's main thread was in code of the script's own, or imported."""

    def __init__(self, row: ProcessPhases, gaps: Sequence[tuple[float, float]]) -> None:
        life = Life(began_s=row.started_s, ended_s=row.at_s, first_trial_s=None, last_trial_s=None)
        pieces = [(one.began_s, one.ended_s, one.key.kind) for one in phases_of(row, life)]
        own = [piece for piece in pieces if piece[2] in _OWN]
        if row.has_asked and not row.callbacks:
            own += [(began_s, ended_s, PlaceKind.BETWEEN) for began_s, ended_s in gaps]
        self._pieces = sorted(own, key=lambda piece: piece[:2])
        self._imports = [(one.began_s, one.ended_s) for one in row.imports]

    def kind_at(self, at_s: float) -> PlaceKind | None:
        place = bisect_right(self._pieces, at_s, key=lambda piece: piece[0]) - 1
        if place < 0 or at_s >= self._pieces[place][1]:
            return None
        if any(began_s <= at_s < ended_s for began_s, ended_s in self._imports):
            return PlaceKind.IMPORTS
        return self._pieces[place][2]


def _frames(stacks: Stacks, weights: Mapping[int, float]) -> Iterator[tuple[tuple[Frame, ...], float]]:
    for stack, weight_s in weights.items():
        yield tuple(stacks.frames[index] for index in stacks.stacks[stack]), weight_s


def _heaviest(found: Iterator[tuple[tuple[Frame, ...], float]], code: Code, samples: int) -> Heaviest:
    whole_s = 0.0
    below_s: dict[Frame, float] = defaultdict(float)
    depth_s: dict[Frame, float] = defaultdict(float)
    library_s: dict[str, float] = defaultdict(float)
    for frames, weight_s in found:
        whole_s += weight_s
        seen = {frame: depth for depth, frame in enumerate(frames) if code.is_user(frame)}
        for frame, depth in seen.items():
            below_s[frame] += weight_s
            depth_s[frame] += weight_s * depth
        match = next((match for frame in reversed(frames) if (match := _LIBRARY.search(frame.file))), None)
        if match is not None:
            library_s[match[1]] += weight_s
    heavy = [frame for frame, weight_s in below_s.items() if weight_s >= MOST_OF_IT * whole_s]
    line = max(heavy, key=lambda frame: (depth_s[frame] / below_s[frame], below_s[frame]), default=None)
    library = max(library_s, key=lambda name: library_s[name], default=None)
    return Heaviest(
        where=None if line is None else f"{code.shown(line.file)}:{line.line}",
        function=None if line is None else line.function,
        share=None if line is None else below_s[line] / whole_s,
        library=library if library is not None and library_s[library] >= MOST_OF_IT * whole_s else None,
        samples=samples,
    )
