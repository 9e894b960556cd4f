"""Repeated work: data read, and features computed, more than once, and what reuse would save at most."""

from collections.abc import Iterable, Sequence

from harness.model.record import Load, ProcessEnd
from harness.profile.facts import RepeatedWork


def repeated_of(ends: Iterable[ProcessEnd], trials: int) -> tuple[RepeatedWork, ...]:
    """What was done at least twice, largest saving first; what has no times (files only seen opened) last."""
    by_work: dict[tuple[str, str], list[Load]] = {}
    for end in ends:
        for load in end.loads:
            if load.calls > 0:
                by_work.setdefault((load.what, load.arguments), []).append(load)
    found = [_merged(loads, trials) for loads in by_work.values() if sum(load.calls for load in loads) > 1]
    return tuple(sorted(found, key=lambda work: (-_most(work), -work.calls, work.what, work.arguments)))


def _merged(loads: Sequence[Load], trials: int) -> RepeatedWork:
    saving_s, wall_s, shared_s = None, None, None
    walls = [load.wall_s for load in loads if load.wall_s is not None]
    firsts = [_first_s(load) for load in loads if load.wall_s is not None]
    if len(walls) == len(loads):
        wall_s = sum(walls)
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
    )


def _first_s(load: Load) -> float:
    """What a process's first call took; where that is not known, its average call."""
    return (load.wall_s or 0.0) / load.calls if load.first_wall_s is None else load.first_wall_s


def _most(work: RepeatedWork) -> float:
    """The largest saving there is in it; negative where its times are not known."""
    return max(work.saving_s or 0.0, work.shared_saving_s or 0.0) if work.wall_s is not None else -1.0
