"""Which probes to run: shares of the data, trials of each, and what still fits the budget; decided from costs so far."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.model.probing import Role

FIRST_SHARE = 1 / 16
STEP = 4  # between two shares of the ladder
RUNGS = 3
BLOCKS = 4
MOST_TRIALS = 8  # in one probe: more runs say more than more trials
FEWEST_WORKERS, MOST_WORKERS = 2, 4
PARALLEL_BLOCKS = 2
_TOP_COST = 0.3  # of the budget left, that one run at the largest share may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What is known of a run's time so far: its start-up and seconds per trial by share of the data."""

    startup_s: float
    by_share: Mapping[float, float]

    def trial_s(self, share: float) -> float:
        """Seconds of a trial: as measured, or in proportion to the largest share below (the smallest, where none is)."""
        if share in self.by_share:
            return self.by_share[share]
        below = [known for known in self.by_share if known < share]
        if not below:
            return self.by_share[min(self.by_share)]
        return self.by_share[max(below)] * share / max(below)

    def run_s(self, share: float, trials: int) -> float:
        return self.startup_s + trials * self.trial_s(share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One probe to run."""

    role: Role
    share: float
    trials: int
    workers: int = 1


def ladder(costs: Costs, left_s: float, least_share: float) -> tuple[float, ...]:
    """Shares to probe, the largest that the budget has room for first; empty when there is none."""
    top = 1.0
    while top > least_share and costs.run_s(top, 1) > _TOP_COST * left_s:
        top /= 2
    top = max(top, least_share)
    if costs.run_s(top, 1) > left_s:
        return ()
    shares = [top / STEP**rung for rung in range(RUNGS)]
    kept = [share for share in shares if share >= least_share]
    return tuple(kept) if len(kept) > 1 or least_share >= top else (top, least_share)


def block(
    costs: Costs, shares: Sequence[float], allowed_s: float, parallel: Sequence[tuple[Role, int]], order: random.Random
) -> tuple[Order, ...]:
    """The probes of one block in random order: each share once, and each kind of parallel run that there is room for."""
    parts = len(shares) + len(parallel)
    each_s = allowed_s / parts if parts else 0.0
    probes = [Order(role=Role.SIZE, share=share, trials=_trials(costs, share, each_s)) for share in shares]
    for role, workers in parallel:
        found = _parallel(costs, shares, each_s, (role, workers))
        if found is not None:
            probes.append(found)
    order.shuffle(probes)
    return tuple(probes)


def workers_to_probe(asked: int, cores: float | None) -> int:
    """How many workers run at once in a parallel probe: as many as asked for or as there are cores, but few."""
    wanted = asked if asked > 1 else int(cores or 1)
    return min(max(wanted, FEWEST_WORKERS), MOST_WORKERS)


def _trials(costs: Costs, share: float, allowed_s: float) -> int:
    room = (allowed_s - costs.startup_s) / max(costs.trial_s(share), 1e-6)
    return int(min(max(room, 1), MOST_TRIALS))


def _parallel(costs: Costs, shares: Sequence[float], allowed_s: float, kind: tuple[Role, int]) -> Order | None:
    """At the largest share that has room for two trials of each worker, were they to run one after the other."""
    role, workers = kind
    for share in sorted(shares, reverse=True):
        each = int((allowed_s - 2 * costs.startup_s) / max(workers * costs.trial_s(share), 1e-6))
        if each >= 2:
            return Order(role=role, share=share, trials=workers * min(each, MOST_TRIALS // 2), workers=workers)
    return None
