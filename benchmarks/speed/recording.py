"""Target: observing and recording cost at most 0.3 ms CPU per trial, flat from trial 10 to trial 5,000."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import fmean, linear_regression

from speed.processes import HERE, run_in_lockstep
from speed.target import Measured, in_turn, median

LIMIT_MS = 0.3
RISE_LIMIT_MS = LIMIT_MS / 10  # over all 5,000 trials: what is called flat
FIRST, LAST, WINDOW = 10, 5_000, 499  # ten windows of trials


def measure(pairs: int, root: Path) -> list[Measured]:
    """Pairs of fresh processes that run the same study on the memory storage in lockstep, one of them observed."""
    profiles, ratios = [], []
    for pair in range(pairs):
        arms = in_turn(pair)
        clocks = dict(zip(arms, _clocks([("bare", "observed")[arm] for arm in arms], root), strict=True))
        profiles.append(cost_ms(clocks[1], clocks[0]))
        ratios.append((clocks[1][LAST] - clocks[1][FIRST]) / (clocks[0][LAST] - clocks[0][FIRST]))
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
        Measured(what="observed / bare study that only suggests, CPU", value=median(ratios), unit="x"),
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


def _clocks(arms: Sequence[str], root: Path) -> list[list[int]]:
    """The clock of each arm, from processes that take turns: 50 trials of one, 50 of the other."""
    programs = [[str(HERE / "recording_child.py"), arm, str(LAST + 1), str(root)] for arm in arms]
    clocks: list[list[int]] = [json.loads(line) for line in run_in_lockstep(programs, root)]
    if any(len(clock) != LAST + 1 for clock in clocks):
        raise RuntimeError(f"an objective was called {[len(clock) for clock in clocks]} times, not {LAST + 1}")
    return clocks
