"""How busy the machine was while a reproduction ran, and what that does to CPU and to ratios of CPU."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from harness.model.experiment import ArmRun, Role
from harness.report.quantity import Measure, known, unknown
from harness.report.reproduction.runs import Evidence, UsableRun
from harness.stats.interval import Interval
from harness.units import percent_text, ratio_text

NOTEWORTHY = 1.05  # times the CPU for the same work: what a quiet machine differs by from itself
_TOO_MUCH = 2.0
_WAITING = 0.10  # of the time of trials in one thread, ready with no core free
_ORIGINAL, _OPTIMIZED = (Role.ONE_THREAD, Role.SIZE), (Role.MENDED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Busyness:
    """By how much CPU may be inflated, of the study as found and of the mended one; 1 on a quiet machine."""

    original: float
    optimized: float
    waiting: float | None  # share of the trials' time, in one thread, that they were ready and no core was free

    @property
    def is_busy(self) -> bool:
        return max(self.original, self.optimized) >= NOTEWORTHY or (self.waiting or 0.0) >= _WAITING


QUIET = Busyness(original=1.0, optimized=1.0, waiting=None)


def busyness_of(evidence: Evidence) -> Busyness | None:
    """From the fixed work that was done between the runs; None for a reproduction in which none was."""
    runs = evidence.reproduction.runs
    costs = [work.cpu_s for run in runs for work in (run.before, run.after) if work is not None]
    if not costs:
        return None
    least = min(costs)
    return Busyness(
        original=_inflation(runs, _ORIGINAL, least),
        optimized=_inflation(runs, _OPTIMIZED, least),
        waiting=_waiting([run for run in evidence.usable if run.arm.role is not Role.NINE_THREADS]),
    )


def _inflation(runs: Sequence[ArmRun], roles: Sequence[Role], least_s: float) -> float:
    """The most that work beside a run of these roles cost, over the least that it cost at any time."""
    beside = [
        fmean(work.cpu_s for work in (run.before, run.after) if work is not None)
        for run in runs
        if run.arm.role in roles and (run.before is not None or run.after is not None)
    ]
    return max((cost / least_s for cost in beside), default=1.0) if least_s > 0 else 1.0


def _waiting(runs: Sequence[UsableRun]) -> float | None:
    """Of the run in which most of it was spent so."""
    shares = []
    for run in runs:
        known_rows = [row for row in run.rows if row.runqueue_s is not None]
        wall_s = sum(row.wall_s for row in known_rows)
        if wall_s > 0:
            shares.append(min(sum(row.runqueue_s or 0.0 for row in known_rows) / wall_s, 1.0))
    return max(shares, default=None)


def widened(found: Measure, low_by: float, high_by: float = 1.0) -> Measure:
    """A measure whose true value may be as much lower, or higher, as work was inflated; refused beyond twice."""
    most = max(low_by, high_by)
    if found.value is None or most < NOTEWORTHY:
        return found
    if most > _TOO_MUCH:
        return unknown(found.unit, f"the machine was too busy: {_why(most)}")
    low = (found.value if found.low is None else found.low) / low_by
    high = (found.value if found.high is None else found.high) * high_by
    return known(
        found.unit, Interval(value=found.value, low=low, high=high), f"{found.basis}; widened, as {_why(most)}"
    )


def _why(factor: float) -> str:
    return f"the same work took up to {ratio_text(factor)} the CPU between the runs"


def busy_sentence(busy: Busyness | None) -> str | None:
    """What a reader has to know of it; None for a quiet machine, or where nobody looked."""
    if busy is None or not busy.is_busy:
        return None
    most = max(busy.original, busy.optimized)
    parts = []
    if most >= NOTEWORTHY:
        parts.append(f"the same fixed work took up to {ratio_text(most)} the CPU from one run to another")
    if busy.waiting is not None and busy.waiting >= _WAITING:
        parts.append(
            f"a trial in one thread was ready and had no core for up to {percent_text(busy.waiting)} of its time"
        )
    what = "CPU and ratios of it are refused" if most > _TOO_MUCH else "ratios of CPU are that much wider"
    said = f"The machine was busy: {'; '.join(parts)}."
    return f"{said} {what[0].upper()}{what[1:]}." if most >= NOTEWORTHY else f"{said} Wall times hold that waiting."


def bounded_stretch(stretch: Measure, runs: Sequence[UsableRun]) -> Measure:
    """Wall over wall by which CPU may be multiplied: never below what threads that share a core's worth can reach.

    The CPU of a trial cannot be done in less wall time than it takes on as many cores as the threads kept busy at most.
    """
    if stretch.value is None:
        return stretch
    cores = max([1.0, *(run.study_cpu_s / run.study_wall_s for run in runs if run.study_wall_s > 0)])
    least = 1 / cores
    if stretch.value >= least:
        low = None if stretch.low is None else max(stretch.low, least)
        return known(stretch.unit, Interval(value=stretch.value, low=low, high=stretch.high), stretch.basis or "")
    high = max(stretch.high or 1.0, 1.0, least)
    return known(
        stretch.unit,
        Interval(value=least, low=least, high=high),
        f"{stretch.basis}; {ratio_text(stretch.value)} is less than the CPU allows on {cores:.2g} busy cores",
    )


def spread_of(nine: Sequence[float], one: Sequence[float]) -> tuple[float, float] | None:
    """The least and the greatest ratio of any two runs; None where either was run once."""
    if min(len(nine), len(one)) < 2 or min(one) <= 0 or not all(map(math.isfinite, (*nine, *one))):
        return None
    return min(nine) / max(one), max(nine) / min(one)
