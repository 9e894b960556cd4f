"""Profiles of studies whose trials all cost the same, built from what a trial costs: what the cases start from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from harness.model.record import Birth, Collections, TrialState
from harness.profile.columns import STATES, Segments
from harness.profile.facts import Ledger, Memory, Part, PartKind, Process, Profile, Waiting
from tests.fakes import EPOCH_S, MIB
from tests.profiles import fake_process, fake_profile, fake_stacks, fake_trials, span_columns

Cost = tuple[float, float]  # wall and CPU

KINDS = {
    "suggest": PartKind.SAMPLER,
    "storage": PartKind.STORAGE,
    "prune": PartKind.PRUNER,
    "load": PartKind.LOAD,
    "feature": PartKind.FEATURE,
    "gc": PartKind.GC,
    "other": PartKind.OBJECTIVE,
}
SOUND: Mapping[str, Cost] = {
    "backtest": (0.180, 0.180),
    "storage": (0.006, 0.004),
    "suggest": (0.002, 0.002),
    "gc": (0.001, 0.001),
    "other": (0.010, 0.010),
}
BETWEEN: Cost = (0.001, 0.001)
CALLS = {"create_new_trial": 1.0, "set_trial_param": 6.0, "set_trial_state_values": 1.0, "set_trial_user_attr": 2.0}


def study(
    spans: Mapping[str, Cost] = SOUND,
    *,
    workers: int = 1,
    threads: int = 1,
    trials: int = 120,
    between: Cost = BETWEEN,
    calls: Mapping[str, float] = CALLS,
    waiting: Waiting | None = None,
    span_s: float | None = None,
    **changes: Any,
) -> Profile:
    """A study in which `workers` processes of `threads` threads shared `trials` out evenly; nothing is wrong with it.

    `spans` is what a trial costs its thread. `changes` replace fields of the profile.
    """
    trial_s, cpu_s = sum(wall for wall, _ in spans.values()), sum(cpu for _, cpu in spans.values())
    lanes = workers * threads
    lasted_s = trials / lanes * (trial_s + between[0]) if span_s is None else span_s
    given = fake_profile(
        wall_s=lasted_s + 2.0,
        usable_cores=4.0,
        studies=(replace(fake_profile().studies[0], trials=trials),),
        processes=tuple(
            _process(4000 + index, threads, trials // workers, trial_s, lasted_s) for index in range(workers)
        ),
        trials=_trials(spans, between, trials, (workers, lanes)),
        ledger=Ledger(
            parts=_parts(spans, between, calls),
            wall_s_per_trial=trial_s,
            cpu_s_per_trial=cpu_s,
            waiting=waiting or _waiting(spans),
            children_cpu_s_per_trial=0.0,
            storage_calls_per_trial=tuple(sorted(calls.items(), key=lambda pair: -pair[1])),
            written_bytes_per_trial=640.0,
            span_s=lasted_s,
            parallelism=trials * trial_s / lasted_s,
            idle_share=max(1 - trials * trial_s / lasted_s / lanes, 0.0),
            median_wall_s=trial_s,
            longest_wall_s=trial_s,
        ),
        memory=Memory(peak_pss_bytes=450 * MIB, tree=(), workers=(), growth=(), peak_growth_bytes=None),
        stacks=fake_stacks(hot_lines=()),
        repeated=(),
    )
    return replace(given, **changes)


def with_processes(profile: Profile, **changes: Any) -> Profile:
    """The same change to every process."""
    return replace(profile, processes=tuple(replace(one, **changes) for one in profile.processes))


def with_ledger(profile: Profile, **changes: Any) -> Profile:
    assert profile.ledger is not None
    return replace(profile, ledger=replace(profile.ledger, **changes))


def with_study(profile: Profile, **changes: Any) -> Profile:
    return replace(profile, studies=(replace(profile.studies[0], **changes),))


def with_trials(profile: Profile, **changes: Any) -> Profile:
    return replace(profile, trials=replace(profile.trials, **changes))


def with_sampler(profile: Profile, cpu_s: np.ndarray) -> Profile:
    """The sampler's CPU of each trial, in order of number; the ledger's mean is left as it was."""
    spans = dict(profile.trials.spans)
    spans["suggest"] = replace(spans["suggest"], wall_s=cpu_s, cpu_s=cpu_s)
    return with_trials(profile, spans=spans)


def pruned(profile: Profile, every: int, wall_s: float) -> Profile:
    """Every so many-th trial pruned after some seconds."""
    number = profile.trials.number
    chosen = number % every == every - 1
    return with_trials(
        profile,
        state=np.where(chosen, STATES.index(TrialState.PRUNED), STATES.index(TrialState.COMPLETE)),
        wall_s=np.where(chosen, wall_s, profile.trials.wall_s),
    )


def _process(pid: int, threads: int, trials: int, trial_s: float, lasted_s: float) -> Process:
    return fake_process(
        pid,
        parent=None if pid == 4000 else 4000,
        birth=Birth.LAUNCHED if pid == 4000 else Birth.FORKED,
        threads=threads,
        trials=trials,
        first_trial_s=EPOCH_S + 1.5,
        last_trial_s=EPOCH_S + 1.5 + lasted_s,
        busy_s=trials * trial_s,
        study_cpu_s=None,
        collections=Collections(tracked_objects=120_000, frozen_objects=0, full_collections=9, after_trial=False),
        loads=(),
    )


def _trials(spans: Mapping[str, Cost], between: Cost, trials: int, shared: tuple[int, int]) -> Any:
    workers, lanes = shared
    trial_s, cpu_s = sum(wall for wall, _ in spans.values()), sum(cpu for _, cpu in spans.values())
    lane = np.arange(trials) % lanes
    started_s = EPOCH_S + 1.5 + between[0] + np.arange(trials) // lanes * (trial_s + between[0])
    return fake_trials(
        trials,
        process=lane % workers,
        thread=lane // workers,
        native_thread=4000 + lane,
        started_s=started_s,
        ended_s=started_s + trial_s,
        state=np.full(trials, STATES.index(TrialState.COMPLETE)),
        wall_s=np.full(trials, trial_s),
        cpu_s=np.full(trials, cpu_s),
        process_cpu_s=np.full(trials, cpu_s),
        spans={name: span_columns(trials, wall, cpu) for name, (wall, cpu) in spans.items()},
        before={"gc": span_columns(trials, *between)},
        calls={},
        segments=Segments(),
    )


def _parts(spans: Mapping[str, Cost], between: Cost, calls: Mapping[str, float]) -> tuple[Part, ...]:
    whole_s = sum(wall for wall, _ in spans.values()) + between[0]
    every = sum(calls.values())
    inside = [
        _part(name, KINDS.get(name, PartKind.USER), cost, every if name == "storage" else 1.0, whole_s)
        for name, cost in sorted(spans.items(), key=lambda pair: -pair[1][0])
    ]
    return (*inside, _part("gc between trials", PartKind.BETWEEN, between, 1.0, whole_s))


def _part(name: str, kind: PartKind, cost: Cost, calls: float, whole_s: float) -> Part:
    wall_s, cpu_s = cost
    return Part(
        name=name,
        kind=kind,
        calls_per_trial=calls,
        wall_s_per_trial=wall_s,
        cpu_s_per_trial=cpu_s,
        waiting_s_per_trial=wall_s - cpu_s,
        wall_share=wall_s / whole_s,
    )


def _waiting(spans: Mapping[str, Cost]) -> Waiting:
    total_s = sum(wall - cpu for wall, cpu in spans.values())
    storage_s = spans["storage"][0] - spans["storage"][1] if "storage" in spans else 0.0
    return Waiting(total_s=total_s, cores_s=0.0, storage_s=storage_s, gil_s=0.0, other_s=total_s - storage_s)
