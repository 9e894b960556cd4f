"""How well the workers were used: the span of the study, trials at once, and worker-seconds spent in no trial."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.profile.columns import Floats, Trials
from harness.profile.facts import Process
from harness.profile.trial_time.overlap import most_at_once, stretches_of

NESTED = "nested study"  # span of a trial that ran another study's trials: they have rows of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """The fields of the same names in `Ledger`."""

    span_s: float
    parallelism: float
    idle_share: float


def busy_s(trials: Trials) -> Floats:
    """Thread-seconds of each trial. What a nested study's trials took is theirs, not also the outer trial's."""
    nested = trials.spans.get(NESTED)
    return trials.wall_s if nested is None else np.maximum(trials.wall_s - nested.wall_s, 0.0)


def occupancy_of(trials: Trials, processes: Sequence[Process]) -> Occupancy:
    """Of at least one trial. A process had as many workers as it ever had threads in a trial at the same moment."""
    ended_s = float(trials.ended_s.max())
    workers = most_at_once(stretches_of(trials), len(processes))
    ready_s = np.array([process.ready_s for process in processes])
    span_s = ended_s - float(min(ready_s.min(), trials.started_s.min()))
    given_s = float((workers * (ended_s - ready_s)).sum())
    total_s = float(busy_s(trials).sum())
    return Occupancy(
        span_s=span_s,
        parallelism=total_s / span_s if span_s > 0 else 1.0,
        idle_share=min(max(1.0 - total_s / given_s, 0.0), 1.0) if given_s > 0 else 0.0,
    )
