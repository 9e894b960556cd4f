"""The ledger: where a trial's wall and CPU time go on average, in parts that add up to the trial."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from harness.model.record import UNATTRIBUTED, WHOLE_OBJECTIVE
from harness.profile.columns import Floats, SpanColumns, Trials
from harness.profile.facts import Held, Ledger, Part, PartKind, Process
from harness.profile.trial_time.occupancy import occupancy_of
from harness.profile.trial_time.overlap import gaps_before
from harness.profile.trial_time.waiting import waiting_of

KINDS = {
    "suggest": PartKind.SAMPLER,
    "storage": PartKind.STORAGE,
    "pruner": PartKind.PRUNER,
    "load": PartKind.LOAD,
    "feature": PartKind.FEATURE,
    "gc": PartKind.GC,
    "objective": PartKind.OBJECTIVE,
    WHOLE_OBJECTIVE: PartKind.OBJECTIVE,
}
BETWEEN = "between trials"  # what comes before it in a part's name is the span that was open there
HELD = "held elsewhere"
LEAST_HELD = 0.01  # of the time that trials were open, and
LEAST_HELD_S = 0.001  # per trial: below it, their own threads worked on them all the time
_LAST = (PartKind.BETWEEN, PartKind.ELSEWHERE, PartKind.UNATTRIBUTED)


def ledger_of(trials: Trials, processes: Sequence[Process], has_gil: bool) -> Ledger | None:
    """The ledger over all finished trials; None without one. Where a trial's CPU is not known, no CPU is."""
    if not len(trials):
        return None
    knows_cpu = bool(np.isfinite(trials.cpu_s).all())
    occupancy = occupancy_of(trials, processes)
    return Ledger(
        parts=_ordered([*_inside(trials, knows_cpu), *_between(trials, knows_cpu)]),
        wall_s_per_trial=float(trials.wall_s.mean()),
        cpu_s_per_trial=float(trials.cpu_s.mean()) if knows_cpu else None,
        waiting=waiting_of(trials, has_gil) if knows_cpu else None,
        children_cpu_s_per_trial=float(trials.children_cpu_s.mean()) if knows_cpu else None,
        storage_calls_per_trial=_storage_calls(trials),
        written_bytes_per_trial=_known_mean(trials.written_bytes),
        span_s=occupancy.span_s,
        parallelism=occupancy.parallelism,
        idle_share=occupancy.idle_share,
        median_wall_s=float(np.median(trials.wall_s)),
        longest_wall_s=float(trials.wall_s.max()),
        held=held_of(trials, occupancy.span_s),
    )


def held_of(trials: Trials, span_s: float) -> Held | None:
    """How long trials were open, where that is longer than their own threads worked on them."""
    open_s = trials.ended_s - trials.started_s
    mean_s = float(open_s.mean())
    if mean_s - float(trials.wall_s.mean()) <= max(LEAST_HELD * mean_s, LEAST_HELD_S):
        return None
    return Held(
        mean_s=mean_s,
        median_s=float(np.median(open_s)),
        longest_s=float(open_s.max()),
        at_once=float(open_s.sum()) / span_s if span_s > 0 else 1.0,
    )


def _inside(trials: Trials, knows_cpu: bool) -> list[Part]:
    """A part for each span and one for the rest: they add up to the trial's wall, and to its CPU."""
    parts = [_of_span(name, KINDS.get(name, PartKind.USER), span) for name, span in trials.spans.items()]
    rest_wall_s = float(trials.wall_s.mean()) - sum(part.wall_s_per_trial for part in parts)
    rest_cpu_s = float(trials.cpu_s.mean()) - sum(part.cpu_s_per_trial or 0.0 for part in parts)
    held_s = float((trials.ended_s - trials.started_s).mean() - trials.wall_s.mean())
    if held_s > max(LEAST_HELD * float((trials.ended_s - trials.started_s).mean()), LEAST_HELD_S):
        parts.append(_part(HELD, PartKind.ELSEWHERE, (1.0, held_s, None)))
    return [*parts, _part(UNATTRIBUTED, PartKind.UNATTRIBUTED, (1.0, rest_wall_s, rest_cpu_s if knows_cpu else None))]


def _between(trials: Trials, knows_cpu: bool) -> list[Part]:
    """What a thread did from the end of a trial to the begin of its next, and at its start, in spans and in none."""
    parts = [_of_span(f"{name} {BETWEEN}", PartKind.BETWEEN, span) for name, span in trials.before.items()]
    if knows_cpu:  # a history does not tell which thread ran a trial
        in_spans_s: Floats = np.zeros(len(trials))
        for span in trials.before.values():
            in_spans_s = in_spans_s + span.wall_s
        rest_s = np.maximum(np.nan_to_num(gaps_before(trials) - in_spans_s, nan=0.0), 0.0)
        parts.append(_part(f"rest {BETWEEN}", PartKind.BETWEEN, (1.0, float(rest_s.mean()), None)))
    return parts


def _ordered(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Largest wall first, what is no span last, and each with its share of the whole."""
    whole_s = sum(part.wall_s_per_trial for part in parts)
    shared = [replace(part, wall_share=part.wall_s_per_trial / whole_s if whole_s > 0 else 0.0) for part in parts]
    rank = {kind: index for index, kind in enumerate(_LAST)}
    return tuple(sorted(shared, key=lambda part: (rank.get(part.kind, -1), -part.wall_s_per_trial)))


def _of_span(name: str, kind: PartKind, span: SpanColumns) -> Part:
    return _part(name, kind, (float(span.calls.mean()), float(span.wall_s.mean()), float(span.cpu_s.mean())))


def _part(name: str, kind: PartKind, means: tuple[float, float, float | None]) -> Part:
    calls, wall_s, cpu_s = means
    return Part(
        name=name,
        kind=kind,
        calls_per_trial=calls,
        wall_s_per_trial=wall_s,
        cpu_s_per_trial=cpu_s,
        waiting_s_per_trial=None if cpu_s is None else wall_s - cpu_s,
        wall_share=0.0,
    )


def _storage_calls(trials: Trials) -> tuple[tuple[str, float], ...]:
    calls = [(name, float(counts.mean())) for name, counts in trials.calls.items()]
    return tuple(sorted(calls, key=lambda call: (-call[1], call[0])))


def _known_mean(column: Floats) -> float | None:
    known = column[np.isfinite(column)]
    return float(known.mean()) if len(known) else None
