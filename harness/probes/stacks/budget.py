"""Keeps what the samples cost in proportion to what the study itself uses: the rate that the next stretch can have."""

from contextlib import suppress

import psutil

COST_SHARE = 0.03
"""Of the CPU of the process tree that is looked at. What is left to 5 % is for pauses and for a first stretch."""


def affordable_hz(rate_hz: float, cost_s: float, tree_cpu_s: float | None, share: float = COST_SHARE) -> float:
    """The rate at which the last stretch would have cost its share; any, where what the study used is not known.

    A look costs about 0.7 ms of CPU for each thread with a deep stack, and looks come by the clock: nine threads that
    share a GIL, or processes that wait for a core, use less CPU than they cost to look at.
    """
    if tree_cpu_s is None or cost_s <= 0:
        return float("inf")
    return rate_hz * share * tree_cpu_s / cost_s


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
