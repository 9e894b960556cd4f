"""Keeps what the samples cost in proportion to what the study itself uses: the rate that the next stretch can have."""

from contextlib import suppress

import psutil

COST_SHARE = 0.03
"""Of the CPU of the process tree that is looked at. What is left to 5 % is for pauses and for a first stretch."""

ALLOWANCE_S = 0.25
"""CPU that looking may cost beside its share: a run of three seconds is to have samples, and to start costs 30 ms."""


def affordable_hz(
    rate_hz: float, cost_s: float, tree_cpu_s: float | None, share: float = COST_SHARE, spare_s: float = 0.0
) -> float:
    """The rate at which the last stretch would have cost its share; any, where what the study used is not known.

    `spare_s` is what it might have cost besides: what is left of the allowance, for a stretch of its length.

    A look costs about 0.7 ms of CPU for each thread with a deep stack, and looks come by the clock: nine threads that
    share a GIL, or processes that wait for a core, use less CPU than they cost to look at.
    """
    if tree_cpu_s is None or cost_s <= 0:
        return float("inf")
    return rate_hz * (share * tree_cpu_s + spare_s) / cost_s


def spare_s(cost_s: float, tree_cpu_s: float | None, share: float = COST_SHARE) -> float:
    """What is left of the allowance when all looks so far cost so much, and the study used so much."""
    return max(ALLOWANCE_S - max(cost_s - share * (tree_cpu_s or 0.0), 0.0), 0.0)


def tree_cpu_s(pid: int) -> float | None:
    """CPU seconds so far of a process and all that descend from it, ended ones that were waited for included."""
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.Error:
        return None
    total_s = 0.0
    for process in tree:
        with suppress(psutil.Error):  # ended meanwhile
            total_s += sum(process.cpu_times()[:4])  # its own and its waited-for children's
    return total_s
