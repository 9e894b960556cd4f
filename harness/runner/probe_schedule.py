"""Which probes to run: shares of the data, trials of each, what still fits the budget; decided from costs so far."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.model.probing import Role

FIRST_SHARE = 1 / 16
STEP = 4  # between two shares of the ladder
RUNGS = 3
BLOCKS = 4
MOST_TRIALS = 20  # in one probe: more runs say more than more trials
FEWEST_WORKERS, MOST_WORKERS = 2, 4
PARALLEL_BLOCKS = 2
GOOD_TRIALS = 4  # in one probe: the first is dearer, and the rest say how trials differ
LEAST_EACH = 2  # trials of each worker in a parallel probe
_TOP_COST = 0.3  # of the budget left, that one run at the largest share may take
_ONLY_COST = 0.6  # the same, where no share between the least and all is worth a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What is known of a run's time so far: its start-up and seconds per trial by share of the data."""

    startup_s: float
    by_share: Mapping[float, float]

    def trial_s(self, share: float) -> float:
        """Seconds of a trial: as measured, or in proportion to the largest share below; the smallest where none is."""
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
    smallest = max(least_share, min(costs.by_share))  # what a smaller share costs nobody has measured
    while top > smallest and costs.run_s(top, 1) > _TOP_COST * left_s:
        top = max(top / 2, smallest)
    if top < 2 * least_share and top < 1:  # two shares close to each other say less than one of them twice
        top = 1.0 if costs.run_s(1.0, 1) <= _ONLY_COST * left_s else least_share
    if costs.run_s(top, 1) > left_s:
        return ()
    shares = [top / STEP**rung for rung in range(RUNGS)]
    kept = [share for share in shares if share >= least_share]
    return tuple(kept) if len(kept) > 1 or least_share >= top else (top, least_share)


def block(
    costs: Costs, shares: Sequence[float], allowed_s: float, parallel: Sequence[tuple[Role, int]], order: random.Random
) -> tuple[Order, ...]:
    """The probes of one block in random order: each share once, and each kind of parallel run there is room for."""
    spare_s = allowed_s - _startups_s(costs, shares, parallel)
    each_s = max(spare_s, 0.0) / max(len(shares) + len(parallel), 1)
    probes = [Order(role=Role.SIZE, share=share, trials=_trials(costs, share, each_s)) for share in shares]
    for role, workers in parallel:
        share, each = _parallel(costs, shares, each_s, workers)
        if each:
            probes.append(Order(role=role, share=share, trials=workers * each, workers=workers))
    order.shuffle(probes)
    return tuple(probes)


def blocks_left(
    costs: Costs, shares: Sequence[float], left_s: float, parallel: Sequence[tuple[Role, int]], most: int
) -> int:
    """How many blocks like the next one the rest of the budget has room for, with enough trials in each probe."""
    smallest_s = _startups_s(costs, shares, parallel)
    smallest_s += sum(GOOD_TRIALS * costs.trial_s(share) for share in shares)
    smallest_s += sum(LEAST_EACH * workers * costs.trial_s(min(shares)) for _, workers in parallel if shares)
    return int(min(max(left_s / max(smallest_s, 1e-6), 1), most))


def _startups_s(costs: Costs, shares: Sequence[float], parallel: Sequence[tuple[Role, int]]) -> float:
    """Of all probes of a block; a run of processes has a leader, which starts before its workers do."""
    processes = len(shares) + sum(2 if role is Role.PROCESSES else 1 for role, _ in parallel)
    return costs.startup_s * processes


def workers_to_probe(asked: int, cores: float | None) -> int:
    """How many workers run at once in a parallel probe: as many as there are cores, or were asked for, but few.

    More than there are cores would only show that the cores are shared, which is known.
    """
    room = int(cores or 1)
    wanted = min(asked, room) if asked > 1 else room
    return min(max(wanted, FEWEST_WORKERS), MOST_WORKERS)


def _trials(costs: Costs, share: float, allowed_s: float) -> int:
    return int(min(max(allowed_s / max(costs.trial_s(share), 1e-6), 1), MOST_TRIALS))


def _parallel(costs: Costs, shares: Sequence[float], allowed_s: float, workers: int) -> tuple[float, int]:
    """The largest share with room for two trials of each worker, were all to run one after the other, and how many."""
    for share in sorted(shares, reverse=True):
        each = int(allowed_s / max(workers * costs.trial_s(share), 1e-6))
        if each >= LEAST_EACH:
            return share, min(each, MOST_TRIALS // 2)
    return 0.0, 0
