"""Target: observing and recording cost at most 0.3 ms CPU per trial, flat from trial 10 to trial 5,000."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean, linear_regression

from speed.processes import HERE, run_python
from speed.target import Measured, in_turn, median

LIMIT_MS = 0.3
RISE_LIMIT_MS = LIMIT_MS / 10  # over all 5,000 trials: what is called flat
FIRST, LAST, WINDOW = 10, 5_000, 499  # ten windows of trials


def measure(pairs: int, root: Path) -> list[Measured]:
    """Pairs of fresh processes that run the same study on the memory storage, one of them observed."""
    profiles = []
    for pair in range(pairs):
        found = {arm: _child(("bare", "observed")[arm], root) for arm in in_turn(pair)}
        profiles.append(cost_ms(found[1], found[0]))
    return [
        Measured(
            what="recording, CPU per trial over trials 10 to 5,000",
            value=median([fmean(profile) for profile in profiles]),
            unit="ms",
            limit=LIMIT_MS,
        ),
        Measured(what="the same, first 499 of them", value=median([profile[0] for profile in profiles]), unit="ms"),
        Measured(
            what="the same, last 499 of them",
            value=median([profile[-1] for profile in profiles]),
            unit="ms",
            limit=LIMIT_MS,
        ),
        Measured(
            what="its rise from trial 10 to 5,000, by a straight line",
            value=median([rise_ms(profile) for profile in profiles]),
            unit="ms",
            limit=RISE_LIMIT_MS,
        ),
    ]


def cost_ms(observed_ns: Sequence[int], bare_ns: Sequence[int]) -> list[float]:
    """What observing adds to a trial, in ms of CPU: the mean of each window of trials, garbage collections included.

    Both arguments hold the thread's CPU clock at the start of each trial.
    """
    observed, bare = ([after - before for before, after in pairwise(clock)] for clock in (observed_ns, bare_ns))
    windows = range(FIRST, LAST, WINDOW)
    return [(fmean(observed[at : at + WINDOW]) - fmean(bare[at : at + WINDOW])) * 1e-6 for at in windows]


def rise_ms(profile: Sequence[float]) -> float:
    """Rise of the least-squares line through the windows' means, from the first trial to the last."""
    middles = [at + WINDOW / 2 for at in range(FIRST, LAST, WINDOW)]
    return linear_regression(middles, profile).slope * (LAST - FIRST)


def _child(arm: str, root: Path) -> list[int]:
    ended = run_python([str(HERE / "recording_child.py"), arm, str(LAST + 1), str(root)], root)
    clock: list[int] = json.loads(ended.output)
    if len(clock) != LAST + 1:
        raise RuntimeError(f"the {arm} study called its objective {len(clock)} times, not {LAST + 1}")
    return clock
