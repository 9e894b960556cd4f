"""Stretches in which no trial of the whole study was under way: it was stopped, or all its workers were."""

from dataclasses import dataclass

import numpy as np

from harness.profile.columns import Trials

LEAST_S = 60.0
LEAST_TRIALS = 5.0  # a standstill lasts at least as long as so many median trials: shorter ones are pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """The standstills of a study together, and the longest of them."""

    count: int
    total_s: float
    longest_s: float
    longest_from_s: float  # since the Unix epoch
    at_once: float  # trials under way at a time, the standstills left out


def standstill_of(trials: Trials) -> Standstill | None:
    """None where the study never stood still, or has no trials."""
    if not len(trials):
        return None
    order = np.argsort(trials.started_s, kind="stable")
    started_s = trials.started_s[order]
    reached_s = np.maximum.accumulate(trials.ended_s[order])
    gaps_s = started_s[1:] - reached_s[:-1]
    least_s = max(LEAST_S, LEAST_TRIALS * float(np.median(trials.wall_s)))
    found = np.flatnonzero(gaps_s >= least_s)
    if not len(found):
        return None
    longest = found[int(np.argmax(gaps_s[found]))]
    total_s = float(gaps_s[found].sum())
    moving_s = float(reached_s[-1] - started_s[0]) - total_s
    return Standstill(
        count=len(found),
        total_s=total_s,
        longest_s=float(gaps_s[longest]),
        longest_from_s=float(reached_s[longest]),
        at_once=float(trials.wall_s.sum()) / moving_s if moving_s > 0 else 1.0,
    )
