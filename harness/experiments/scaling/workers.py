"""What more workers bring at one size of the data, what holds them back, and how many of them are worth having."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean

from harness.experiments.scaling.runs import SizedRun
from harness.experiments.scaling.sizes import paired
from harness.model.machine import Machine
from harness.model.plan import Backend
from harness.model.scaling import Scaled
from harness.stats.interval import Interval
from harness.stats.pairs import geometric_mean
from harness.stats.worker_scaling import NEAR_BEST, Usl, WorkerRun, scale_workers

GOOD = 0.9  # efficiency from which nothing is said to hold workers back
FULL = 0.9  # of the cores there are, busy
ONE_CORE = 1.3  # busy cores that several threads of one GIL do not get beyond


class Limit(Enum):
    """What most of a trial's additional wall time among several workers is."""

    NONE = "none"
    CORES = "cores"  # ready to run, and no core free
    GIL = "gil"
    STORAGE = "storage"
    BANDWIDTH = "bandwidth"  # the same trial takes more CPU: memory, shared caches, hyper-threads
    WAITING = "waiting"  # for something else: locks, sleep, another process


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Seconds that a trial takes more than in one worker alone, by what they are."""

    cpu_s: float
    queue_s: float
    storage_s: float
    other_s: float

    @property
    def total_s(self) -> float:
        return self.cpu_s + self.queue_s + self.storage_s + self.other_s


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPoint:
    """What was measured with one number of workers. Ratios are to one worker, paired by block."""

    workers: int
    runs: int
    trials_per_s: Interval
    speedup: Interval
    efficiency: Interval
    cpu_ratio: Interval  # CPU of a trial
    busy_cores: float
    trial_wall_s: float
    extra: Extra
    limit: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerGrowth:
    """How throughput grows with workers."""

    backend: Backend
    size: float
    points: tuple[WorkerPoint, ...]  # fewest first; one worker is the first
    serial: Interval  # Amdahl's serial fraction
    usl: Usl | None
    best: int  # with the most trials per second
    enough: int  # the fewest that are within noise of the best, or within 5 % of it
    hidden_gain: float | None  # of the best over `enough`, that noise may hide: the upper bound of their ratio
    limit: Limit  # at the most workers
    cores: float | None


def worker_growth(scaled: Scaled, runs: Sequence[SizedRun]) -> WorkerGrowth | None:
    """Of the size that several numbers of workers were run on; None where one only was."""
    several = [run for run in runs if run.workers > 1]
    if not several:
        return None
    size = max(several, key=lambda run: run.size).size
    here = [run for run in runs if run.size == size]
    counts = sorted({run.workers for run in here})
    if len(counts) < 2 or counts[0] != 1 or len(here) < 3:
        return None
    laws = scale_workers([WorkerRun(workers=run.workers, trials_per_s=run.trials_per_s) for run in here])
    backend = next(arm.plan.backend for arm in scaled.scaling.arms if arm.workers > 1)
    machine = scaled.scaling.machine
    by_count = {count: [run for run in here if run.workers == count] for count in counts}
    enough = _enough(by_count, laws.best)
    points = tuple(_point(by_count[count], by_count[1], backend, machine) for count in counts)
    return WorkerGrowth(
        backend=backend,
        size=size,
        points=points,
        serial=laws.serial,
        usl=laws.usl,
        best=laws.best,
        enough=enough,
        hidden_gain=None if enough == laws.best else _ratio(by_count[enough], by_count[laws.best]).high,
        limit=points[-1].limit,
        cores=machine.effective_cores,
    )


def _point(runs: Sequence[SizedRun], single: Sequence[SizedRun], backend: Backend, machine: Machine) -> WorkerPoint:
    workers = runs[0].workers
    speedup = _ratio(single, runs)
    cpu = paired(_by_block(single), _by_block(runs), lambda run: run.cpu_s) or Interval(value=_cpu(runs) / _cpu(single))
    extra = _extra(runs, single)
    busy = fmean(run.busy_cores for run in runs)
    rate = geometric_mean([run.trials_per_s for run in runs])
    if rate is None:
        raise AssertionError("a number of workers without a run")
    efficiency = speedup.scaled(1 / workers)
    return WorkerPoint(
        workers=workers,
        runs=len(runs),
        trials_per_s=rate,
        speedup=speedup,
        efficiency=efficiency,
        cpu_ratio=cpu,
        busy_cores=busy,
        trial_wall_s=fmean(run.trial_wall_s for run in runs),
        extra=extra,
        limit=Limit.NONE if workers == 1 or efficiency.value >= GOOD else _limit(extra, busy, backend, machine),
    )


def _limit(extra: Extra, busy: float, backend: Backend, machine: Machine) -> Limit:
    """The largest part of what a trial takes more; threads that share one core's worth of CPU wait for the GIL."""
    cores = machine.effective_cores
    if cores is not None and busy >= FULL * cores and extra.cpu_s < extra.total_s / 2 and cores > ONE_CORE:
        return Limit.CORES
    has_gil = backend is Backend.THREADS and machine.python.has_gil is not False
    waits_for_gil = has_gil and busy <= ONE_CORE
    largest, limit = max(
        (
            (extra.cpu_s, Limit.BANDWIDTH),
            (extra.queue_s, Limit.CORES),
            (extra.storage_s, Limit.STORAGE),
            (extra.other_s, Limit.GIL if waits_for_gil else Limit.WAITING),
        ),
        key=lambda part: part[0],
    )
    return limit if largest > 0 else Limit.WAITING


def _extra(runs: Sequence[SizedRun], single: Sequence[SizedRun]) -> Extra:
    def more(name: str) -> float:
        return fmean(getattr(run, name) or 0.0 for run in runs) - fmean(getattr(run, name) or 0.0 for run in single)

    return Extra(
        cpu_s=more("cpu_s"),
        queue_s=more("runqueue_s"),
        storage_s=more("storage_wait_s"),
        other_s=more("other_wait_s"),
    )


def _enough(by_count: dict[int, list[SizedRun]], best: int) -> int:
    """The fewest workers whose throughput is not surely below the best one's, or hardly below it."""
    for count in sorted(by_count):
        if count == best:
            break
        gain = _ratio(by_count[count], by_count[best])
        is_within_noise = gain.low is not None and gain.low <= 1
        if is_within_noise or gain.value * NEAR_BEST <= 1:
            return count
    return best


def _ratio(before: Sequence[SizedRun], after: Sequence[SizedRun]) -> Interval:
    """Throughput after / before, paired by block where there are pairs."""
    found = paired(_by_block(before), _by_block(after), lambda run: run.trials_per_s)
    return found or Interval(value=_rate(after) / _rate(before))


def _by_block(runs: Sequence[SizedRun]) -> dict[int, SizedRun]:
    return {run.block: run for run in runs}


def _rate(runs: Sequence[SizedRun]) -> float:
    return fmean(run.trials_per_s for run in runs)


def _cpu(runs: Sequence[SizedRun]) -> float:
    return fmean(run.cpu_s for run in runs)
