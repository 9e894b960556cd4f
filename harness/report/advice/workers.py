"""Workers: what each needs in memory, how many this machine has room for, and what several of them are worth."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.machine import Machine
from harness.model.probing import Probing, Role
from harness.report.advice.points import RunPoint
from harness.report.advice.summary import Fit, WorkerMemory
from harness.report.advice.words import counted
from harness.report.quantity import Measure, Unit, known, unknown
from harness.stats.interval import Interval
from harness.stats.prediction import Basis, Sampled, predict_mean
from harness.units import bytes_text, significant

ROOM = 0.9  # of the memory that there is: the system needs some, and files are cached in the rest
_WHOLE = 1.1  # cores, up to which a worker is one thread and what the process does beside it
_IDLE = 0.05  # cores: a worker that computes less than this is not limited by them
GAINLESS = 1.25  # a speed-up below it is none, within what probes of this length can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel:
    """What several workers at once were measured to be worth."""

    workers: int
    efficiencies: tuple[float, ...]  # of a worker among several, to one alone on the same data; one for each probe
    own_efficiencies: tuple[float, ...]  # the same without the storage

    @property
    def speedup(self) -> float:
        """What so many workers do, in units of what one does, where cores are free."""
        return self.workers * self.efficiency

    @property
    def own_speedup(self) -> float:
        """The same of the objective itself, with the storage left out."""
        return self.workers * statistics.median(self.own_efficiencies)

    @property
    def efficiency(self) -> float:
        return statistics.median(self.efficiencies)

    def speedup_of(self, workers: int, efficiency: float) -> float:
        """What another number of workers does, by Amdahl's law: the share that runs one at a time stays the same.

        With that share p, w workers do w / (1 + p (w - 1)), so that their efficiency e gives p = (1/e - 1) / (w - 1).
        """
        in_turn = (1 / efficiency - 1) / max(self.workers - 1, 1)
        return workers / (1 + in_turn * (workers - 1))


def parallel_of(points: Sequence[RunPoint], serial: Sequence[RunPoint], role: Role) -> Parallel | None:
    """What each worker of several was worth; None without a probe that has a serial run on the same share beside it.

    Time in which a worker was ready and had no core is taken off: other work on the machine causes it too, and what
    cores allow is known. What is left is what workers do to each other: the GIL, locks, the disk.
    """
    found: list[tuple[float, float]] = []
    workers = 0
    for point in points:
        beside = [one for one in serial if one.share == point.share]
        if point.role is role and beside:
            alone_s, own_s = (
                statistics.fmean(each) for each in zip(*((b.undisturbed_s, b.own_s) for b in beside), strict=True)
            )
            found.append((min(alone_s / point.undisturbed_s, 1.0), min(own_s / point.own_s, 1.0)))
            workers = point.workers
    if not found:
        return None
    whole, own = zip(*found, strict=True)
    return Parallel(workers=workers, efficiencies=tuple(whole), own_efficiencies=tuple(own))


def ideal_speedup(workers: int, busy_cores: float, machine: Machine) -> float:
    """What cores alone allow: every worker at full speed until all cores are busy."""
    cores = machine.effective_cores
    return float(workers) if cores is None else min(float(workers), max(cores / max(busy_cores, _IDLE), 1.0))


def memory_of(probing: Probing, points: Sequence[RunPoint]) -> WorkerMemory:
    """What one worker needs at the end of the study, with what of it comes from the data, the trials and Optuna."""
    samples = [
        Sampled(size=point.share, cost=float(point.peak_bytes), trials=point.trials, spread=None)
        for point in points
        if point.peak_bytes
    ]
    trials = probing.planned.trials
    growth, history = _growth(points), _history(probing, trials)
    if not samples:
        missing = unknown(Unit.BYTES, "no probe's memory could be read")
        return WorkerMemory(need=missing, peak=missing, data=missing, growth=growth, history=history)
    found = predict_mean(samples, 1.0, trials)
    peak = known(Unit.BYTES, found.interval, _memory_basis(found.basis, samples))
    more = (growth.value or 0.0) * trials if is_growing(growth) else 0.0
    more += history.value or 0.0
    most = (growth.high or growth.value or 0.0) * trials if is_growing(growth) else 0.0
    most += history.value or 0.0
    interval = found.interval
    need = Interval(
        value=interval.value + more,
        low=interval.low if interval.low is None else interval.low + more,
        high=interval.high if interval.high is None else interval.high + max(more, most),
    )
    data = _data_part(samples)
    return WorkerMemory(
        need=known(Unit.BYTES, need, "at the end of the study"), peak=peak, data=data, growth=growth, history=history
    )


def is_growing(growth: Measure) -> bool:
    """Whether the lower bound of growth is above none."""
    return growth.low is not None and growth.low > 0


def _memory_basis(basis: Basis, samples: Sequence[Sampled]) -> str:
    runs = counted(len(samples), "probe")
    match basis:
        case Basis.FITTED:
            return f"a line through {runs} on several shares of the data"
        case Basis.REPEATED:
            return f"{runs} on all of the data"
        case Basis.POWER:
            return f"{runs}, carried on at their own rate of growth"
        case Basis.SCALED:
            return f"{runs} on one smaller share of the data, carried on in proportion"
        case Basis.SINGLE:
            return "one probe, without an interval"


def _data_part(samples: Sequence[Sampled]) -> Measure:
    shares = {sample.size for sample in samples}
    if len(shares) < 2:
        return unknown(Unit.BYTES, "all probes had the same share of the data")
    low, high = min(shares), max(shares)
    least, most = (statistics.fmean(s.cost for s in samples if s.size == share) for share in (low, high))
    return known(Unit.BYTES, max(most - least, 0.0) / (high - low), "the difference between shares of the data")


def _growth(points: Sequence[RunPoint]) -> Measure:
    found = [point for point in points if point.growth is not None]
    if not found:
        return unknown(Unit.BYTES, "the probes had too few trials")
    longest = max(found, key=lambda point: (point.share, point.trials))
    if longest.growth is None:
        return unknown(Unit.BYTES, "the probes had too few trials")
    return known(Unit.BYTES, longest.growth, f"resident memory over {counted(longest.trials, 'trial')}")


def _history(probing: Probing, trials: int) -> Measure:
    history = probing.history
    if history is None or history.bytes_per_trial is None:
        return unknown(Unit.BYTES, "it was not probed")
    return known(Unit.BYTES, history.bytes_per_trial * trials, f"{history.bytes_per_trial / 1024:.3g} KiB per trial")


def fit_of(probing: Probing, need: Measure, busy_cores: float) -> Fit:
    """How many workers there is room for: cores that are not busy, and memory by the upper bound of what each needs."""
    machine = probing.machine
    cores, available = machine.effective_cores, machine.available_bytes
    busy = 1.0 if 1.0 < busy_cores < _WHOLE else max(busy_cores, _IDLE)
    by_cores = None if cores is None else max(1, math.floor(cores / busy))
    each = need.high or need.value
    by_memory = None if available is None or not each else math.floor(ROOM * available / each)
    bounds = [bound for bound in (by_cores, by_memory) if bound is not None]
    return Fit(
        by_cores=by_cores,
        by_memory=by_memory,
        advised=max(min(bounds, default=1), 1),
        cores=cores,
        memory=unknown(Unit.BYTES, "not known here") if available is None else known(Unit.BYTES, available, "counted"),
        because=_because(cores, busy_cores, available, each),
    )


def _because(cores: float | None, busy_cores: float, available: int | None, each: float | None) -> str:
    said = []
    if cores is not None:
        said.append(f"{counted(cores, 'core')}, of which a worker keeps {significant(busy_cores, 2)} busy")
    if available is not None and each:
        said.append(f"{bytes_text(available)} of memory, of which a worker needs up to {bytes_text(each)}")
    return "; ".join(said) or "neither cores nor memory are known here"
