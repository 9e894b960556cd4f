"""Repeated work: data read, and features computed, more than once, and what reuse would save at most.

Work is the same only where its identity says so. What a file that was only seen opened cost is read from the stacks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from harness.model.record import Load, ProcessEnd
from harness.profile.facts import RepeatedWork

OPENED = "open"
_ADDRESS = re.compile(r"<\w+ [0-9a-f]{6,}>")  # how earlier versions told objects apart: addresses are given out again
_OTHERS = "(others)"

Place = tuple[str, int, str]
Work = tuple[str, str, str | None]  # what, arguments and identity


def repeated_of(
    ends: Iterable[ProcessEnd], trials: int, reading_s: Mapping[Place, float] | None = None
) -> tuple[RepeatedWork, ...]:
    """What was done at least twice, largest saving first; what has no times (files only seen opened) last.

    `reading_s` is what the places that open files spend with them in all trials, by stack samples.
    """
    by_work: dict[Work, list[Load]] = {}
    by_place: dict[Place, int] = {}
    for end in ends:
        for load in end.loads:
            if load.where is not None:
                by_place[load.where] = by_place.get(load.where, 0) + load.calls
            if load.calls > 0 and is_known(load):
                by_work.setdefault((load.what, load.arguments, load.identity), []).append(load)
    times = {place: (reading_s or {})[place] / calls for place, calls in by_place.items() if place in (reading_s or {})}
    found = [_merged(loads, trials, times) for loads in by_work.values() if sum(load.calls for load in loads) > 1]
    return tuple(sorted(found, key=lambda work: (-_most(work), -work.calls, work.what, work.arguments)))


def is_known(load: Load) -> bool:
    """Whether the calls of one line surely read the same."""
    return load.is_sure and load.arguments != _OTHERS and not _ADDRESS.search(load.arguments)


def _merged(loads: Sequence[Load], trials: int, times: Mapping[Place, float]) -> RepeatedWork:
    saving_s, wall_s, shared_s = None, None, None
    costs = [_cost_of(load, times) for load in loads]
    known = [cost for cost in costs if cost is not None]
    if len(known) == len(loads):
        firsts = [first_s for _, first_s in known]
        wall_s = sum(all_s for all_s, _ in known)
        saving_s = max(wall_s - sum(firsts), 0.0)
        shared_s = max(wall_s - min(firsts), 0.0)
    return RepeatedWork(
        what=loads[0].what,
        arguments=loads[0].arguments,
        calls=sum(load.calls for load in loads),
        calls_in_trials=sum(load.calls_in_trials for load in loads),
        processes=len(loads),
        wall_s=wall_s,
        saving_s=saving_s,
        saving_s_per_trial=None if saving_s is None or trials == 0 else saving_s / trials,
        shared_saving_s=shared_s,
        is_request=(loads[0].identity or "").startswith("r"),
    )


def _cost_of(load: Load, times: Mapping[Place, float]) -> tuple[float, float] | None:
    """Of all calls, and of the first; where that is not known, as much as the average.

    What was only opened costs what its lines were seen to take: more than the opening, where that was timed.
    """
    each_s = None if load.where is None else times.get(load.where)
    if load.wall_s is not None and (each_s is None or load.wall_s >= each_s * load.calls):
        return load.wall_s, load.wall_s / load.calls if load.first_wall_s is None else load.first_wall_s
    if each_s is None:
        return None
    return each_s * load.calls, each_s


def _most(work: RepeatedWork) -> float:
    """The largest saving there is in it; negative where its times are not known."""
    return max(work.saving_s or 0.0, work.shared_saving_s or 0.0) if work.wall_s is not None else -1.0
