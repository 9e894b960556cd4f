"""The lanes of threads that ran trials: what they spent inside trials, and between two of them within a loop."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.model.record import CALLBACK
from harness.profile.account.facts import PlaceKind
from harness.profile.account.lanes import Key, Stretches
from harness.profile.account.rows import Called, Loop, ProcessPhases
from harness.profile.columns import Floats, SpanColumns, Trials, Whole
from harness.profile.facts import PartKind
from harness.profile.trial_time.ledger import KINDS
from harness.profile.trial_time.occupancy import NESTED, busy_s

Shown = Callable[[str], str]  # a place as a report names it

OPTUNA = Key(PlaceKind.TRIAL, "Optuna itself", PartKind.UNATTRIBUTED)
HELD = Key(PlaceKind.TRIAL, "open, not worked on in its own thread", PartKind.ELSEWHERE)
_CLOSE_S = 1e-6
_LEAST_HELD = 0.005  # of a thread's time in trials: below it, it is what our own rows took
BETWEEN = Key(PlaceKind.BETWEEN, "rest between trials")
_NAMES = {
    PartKind.SAMPLER: "sampler",
    PartKind.STORAGE: "storage",
    PartKind.PRUNER: "pruner",
    PartKind.GC: "garbage collection",
    PartKind.OBJECTIVE: "objective",
}


def thread_lanes(
    trials: Trials, process: int, phases: ProcessPhases, shown: Shown
) -> Iterator[tuple[bool, tuple[Stretches, ...]]]:
    """Each thread's stretches inside trials and between them, within loops; and whether it is the main thread."""
    pid, loops, callbacks = phases.pid, phases.loops, phases.callbacks
    own = np.flatnonzero(trials.process == process)
    lacking = _lacking(trials, own, callbacks, shown)
    threads = np.unique(trials.thread[own])
    tails = sum(_tails(trials, own[trials.thread[own] == thread], loops) for thread in threads)
    for thread in threads:
        rows = own[trials.thread[own] == thread]
        rows = rows[np.argsort(trials.started_s[rows], kind="stable")]
        native = int(trials.native_thread[rows[0]])
        form = _Form(is_main=native in (pid, -1), shown=shown)
        inside, first, began_s, ended_s = _inside(trials, rows)
        per_tail = {key: seconds / max(tails, 1) for key, seconds in lacking.items()}
        between = _between(trials, rows[first], (began_s, ended_s), loops, form)
        yield form.is_main, (inside, *between, *_edges(began_s, ended_s, loops, per_tail, form))


def span_key(name: str, *, is_between: bool, shown: Shown) -> Key:
    """The place of a span of a trial, or of one between two."""
    if name.startswith(CALLBACK):
        told, _, place = name.removeprefix(CALLBACK).partition(" (")
        return callback_key(told, place.removesuffix(")"), shown)
    part = KINDS.get(name, PartKind.USER)
    told = _NAMES.get(part, name)
    if is_between:
        return Key(PlaceKind.BETWEEN, f"{told} between trials", part)
    return Key(PlaceKind.TRIAL, told, part)


def callback_key(name: str, place: str, shown: Shown) -> Key:
    """The place of a callback."""
    file, _, line = place.rpartition(":")
    return Key(PlaceKind.CALLBACK, f"callback {name}", None, f"{shown(file)}:{line}" if file else None)


def _inside(trials: Trials, rows: Whole) -> tuple[Stretches, Whole, Floats, Floats]:
    """A thread's time in trials; trials that were open together make one stretch. And its first trial and bounds."""
    started_s, reach_s = trials.started_s[rows], np.maximum.accumulate(trials.ended_s[rows])
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = started_s[1:] > reach_s[:-1]
    first = np.flatnonzero(begins)
    group = np.cumsum(begins) - 1
    began_s, ended_s = started_s[first], reach_s[np.append(first[1:] - 1, len(rows) - 1)]
    own_s = busy_s(trials)[rows]
    mixture: dict[Key, Floats] = {}
    spent_s: Floats = np.zeros(len(rows))
    for name, span in trials.spans.items():
        if name == NESTED:
            continue
        wall_s = np.maximum(span.wall_s[rows], 0.0)
        spent_s = spent_s + wall_s
        _put(mixture, span_key(name, is_between=False, shown=str), _sums(group, wall_s, len(first)))
    rest_s = np.maximum(own_s - spent_s, 0.0)
    _put(mixture, OPTUNA, _sums(group, rest_s, len(first)))
    held_s = float((ended_s - began_s).sum() - own_s.sum())
    is_held = held_s > _LEAST_HELD * float((ended_s - began_s).sum())
    inside = Stretches(started_s=began_s, ended_s=ended_s, rest=HELD if is_held else OPTUNA, mixture=mixture)
    return inside, first, began_s, ended_s


def _sums(group: Whole, seconds: Floats, groups: int) -> Floats:
    sums: Floats = np.zeros(groups)
    np.add.at(sums, group, seconds)
    return sums


def _between(
    trials: Trials, first: Whole, bounds: tuple[Floats, Floats], loops: Sequence[Loop], form: "_Form"
) -> Iterator[Stretches]:
    """From the end of one stretch to the begin of the next, as far as it lies in a loop."""
    began_s, ended_s = bounds
    gap_s = began_s[1:] - ended_s[:-1]
    outside_s = gap_s - _in_loops(ended_s[:-1], began_s[1:], loops)
    mixture: dict[Key, Floats] = {}
    for name, span in trials.before.items():
        _put(mixture, span_key(name, is_between=True, shown=form.shown), np.maximum(span.wall_s[first[1:]], 0.0))
    whole = outside_s < _CLOSE_S
    yield form.gaps(ended_s[:-1][whole], began_s[1:][whole], {key: seconds[whole] for key, seconds in mixture.items()})
    for place in np.flatnonzero(~whole):  # few: from one loop to the next
        low_s, high_s = float(ended_s[place]), float(began_s[place + 1])
        pieces = [(low_s, one.ended_s) for one in loops if one.began_s <= low_s < one.ended_s]
        pieces += [(one.began_s, high_s) for one in loops if one.began_s < high_s <= one.ended_s]
        seen = {key: seconds[place] for key, seconds in mixture.items() if key.kind is PlaceKind.CALLBACK}
        for begin, end in pieces[:1]:
            yield form.gaps(np.array([begin]), np.array([end]), {key: np.array([one]) for key, one in seen.items()})
        for begin, end in pieces[1:]:
            yield form.gaps(np.array([begin]), np.array([end]), {})


def _edges(
    began_s: Floats, ended_s: Floats, loops: Sequence[Loop], lacking: dict[Key, float], form: "_Form"
) -> Iterator[Stretches]:
    """Before the first trial of a thread, and after its last: callbacks that no later trial tells of."""
    first_s, last_s = float(began_s[0]), float(ended_s.max())
    for loop in loops:
        if form.is_main and loop.began_s < first_s <= loop.ended_s:
            yield form.gaps(np.array([loop.began_s]), np.array([first_s]), {})
        if loop.began_s <= last_s < loop.ended_s:
            after = {key: np.array([seconds]) for key, seconds in lacking.items()}
            yield form.gaps(np.array([last_s]), np.array([loop.ended_s]), after)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How a thread's time between trials is taken: the main thread works there, a pool's waits for its next task."""

    is_main: bool
    shown: Shown

    def gaps(self, began_s: Floats, ended_s: Floats, mixture: dict[Key, Floats]) -> Stretches:
        if not self.is_main:
            seen_s: Floats = np.zeros(len(began_s))
            for seconds in mixture.values():
                seen_s = seen_s + seconds
            ended_s = np.minimum(began_s + seen_s, ended_s)
        return Stretches(started_s=began_s, ended_s=ended_s, rest=BETWEEN, mixture=mixture)


def _in_loops(began_s: Floats, ended_s: Floats, loops: Sequence[Loop]) -> Floats:
    """How much of each time lies in a loop; loops do not overlap."""
    inside_s: Floats = np.zeros(len(began_s))
    for loop in loops:
        inside_s = inside_s + np.maximum(np.minimum(ended_s, loop.ended_s) - np.maximum(began_s, loop.began_s), 0.0)
    return inside_s


def _tails(trials: Trials, rows: Whole, loops: Sequence[Loop]) -> int:
    ended_s = float(trials.ended_s[rows].max())
    return sum(loop.began_s <= ended_s < loop.ended_s for loop in loops)


def _lacking(trials: Trials, rows: Whole, callbacks: Sequence[Called], shown: Shown) -> dict[Key, float]:
    """What callbacks took beyond what trials say that came before them: after the last trial of a thread."""
    seen: dict[Key, float] = {}
    for name, span in trials.before.items():
        if name.startswith(CALLBACK):
            key = span_key(name, is_between=True, shown=shown)
            seen[key] = seen.get(key, 0.0) + float(span.wall_s[rows].sum())
    found: dict[Key, float] = {}
    for one in callbacks:
        key = callback_key(one.name, one.place, shown)
        found[key] = found.get(key, 0.0) + one.wall_s
    return {key: seconds - seen.get(key, 0.0) for key, seconds in found.items() if seconds > seen.get(key, 0.0)}


def _put(mixture: dict[Key, Floats], key: Key, seconds: Floats) -> None:
    mixture[key] = mixture[key] + seconds if key in mixture else seconds


def cpu_in(spans: Mapping[str, SpanColumns], rows: Whole, shown: Shown, *, is_between: bool) -> dict[Key, float]:
    """CPU of each place, of the trials' own threads."""
    found: dict[Key, float] = {}
    for name, span in spans.items():
        key = span_key(name, is_between=is_between, shown=shown)
        found[key] = found.get(key, 0.0) + float(np.nansum(span.cpu_s[rows]))
    return found
