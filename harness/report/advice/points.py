"""What each probe says: seconds of a trial in the run's own time, its start-up, its memory, and how busy it was."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.experiments.lanes import lanes_of, without_cut_trials
from harness.model.memory import ProcessMemory
from harness.model.probing import Probe, Probing, Role
from harness.model.record import Record, TrialRow
from harness.stats.interval import Interval
from harness.stats.prediction import Sampled
from harness.stats.trend import trend_of

SUGGEST = "suggest"
STORAGE = "storage"
_FEWEST = 3  # trials of a worker, for its first to be left out
_ENOUGH = 4  # runs
_LEAST_S = 1e-9  # costs are predicted on their logarithms


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPoint:
    """One probe's figures. Seconds of a trial hold what lies between it and the one before, and no sampler."""

    run: str
    role: Role
    share: float
    block: int
    workers: int
    trials: int
    trial_wall_s: float
    trial_cpu_s: float
    storage_wall_s: float  # of it, in the storage
    spread: float | None  # relative standard deviation between trials
    first_extra_s: float | None  # what the first trial took more than the others
    startup_s: float
    free_wall_s: float | None  # of a trial, less the time that it was ready and no core was free; None: not known
    busy_cores: float  # CPU of its processes over the wall time of their trials, had cores been free
    peak_bytes: int | None  # of its largest process: what it alone holds
    growth: Interval | None  # bytes per trial

    @property
    def undisturbed_s(self) -> float:
        """Wall of a trial without its queueing for a core, as far as that is known: what other work has no part in."""
        return self.trial_wall_s if self.free_wall_s is None else self.free_wall_s

    @property
    def own_s(self) -> float:
        """What is left of that without the storage: the objective itself."""
        return max(self.undisturbed_s - self.storage_wall_s, _LEAST_S)

    def sampled(self, cost: float) -> Sampled:
        """The point for the prediction of one of its costs."""
        return Sampled(size=self.share, cost=max(cost, _LEAST_S), trials=self.trials, spread=self.spread)


def run_points(probing: Probing, records: Mapping[str, Record]) -> tuple[RunPoint, ...]:
    """Every probe that finished a trial."""
    known = ((probe, records[probe.run]) for probe in probing.probes if probe.run in records)
    found = (_point(probe, without_cut_trials(record)) for probe, record in known)
    return tuple(point for point in found if point is not None)


def sizes(points: Iterable[RunPoint]) -> tuple[RunPoint, ...]:
    """The serial points to predict from: those with several trials, if they are enough; else all, the warm one last."""
    serial = [point for point in points if point.role is Role.SIZE]
    good = [point for point in serial if point.first_extra_s is not None]
    if len(good) >= _ENOUGH or len(good) == len(serial) > 0:
        return tuple(good)
    return tuple(serial) or tuple(point for point in points if point.role is Role.WARM)


def _point(probe: Probe, record: Record) -> RunPoint | None:
    lanes = lanes_of(record.trials)
    periods = [period for lane in lanes for period in _periods(lane)]
    if not periods:
        return None
    walls = [wall_s for wall_s, _ in periods]
    used = [row for lane in lanes for row in _counted(lane)]
    mean_s = statistics.fmean(walls)
    has_first = len(lanes) == 1 and len(lanes[0]) >= _FEWEST
    return RunPoint(
        run=probe.run,
        role=probe.role,
        share=probe.share,
        block=probe.block,
        workers=record.header.plan.workers if record.header.plan else 1,
        trials=len(periods),
        trial_wall_s=mean_s,
        trial_cpu_s=statistics.fmean(cpu_s for _, cpu_s in periods),
        storage_wall_s=statistics.fmean(_span_wall_s(row, STORAGE) for row in used),
        spread=statistics.stdev(walls) / mean_s if len(walls) > 1 else None,
        first_extra_s=max(lanes[0][0].wall_s - _span_wall_s(lanes[0][0], SUGGEST) - mean_s, 0.0) if has_first else None,
        startup_s=max((start.startup_wall_s for start in record.starts), default=0.0),
        free_wall_s=_free_wall_s(used, mean_s),
        busy_cores=_busy_cores(used, lanes),
        peak_bytes=own_peak_bytes(record),
        growth=_growth(lanes[0]) if len(lanes) == 1 else None,
    )


def _counted(lane: list[TrialRow]) -> list[TrialRow]:
    """A worker's first trial is dearer (imports, compilation, cold caches), and is left out where there are enough."""
    return lane[1:] if len(lane) >= _FEWEST else lane


def _periods(lane: list[TrialRow]) -> list[tuple[float, float]]:
    """Wall and CPU seconds from one trial's end to the next one's, without the sampler's."""
    if len(lane) < _FEWEST:
        return [(row.wall_s - _span_wall_s(row, SUGGEST), row.cpu_s - _span_cpu_s(row, SUGGEST)) for row in lane]
    return [
        (
            max(row.ended_s - before.ended_s - _span_wall_s(row, SUGGEST), row.wall_s - _span_wall_s(row, SUGGEST)),
            row.cpu_s + sum(span.cpu_s for span in row.before.values()) - _span_cpu_s(row, SUGGEST),
        )
        for before, row in pairwise(lane)
    ]


def _span_wall_s(row: TrialRow, name: str) -> float:
    return row.spans[name].wall_s if name in row.spans else 0.0


def _span_cpu_s(row: TrialRow, name: str) -> float:
    both = [spans[name].cpu_s for spans in (row.spans, row.before) if name in spans]
    return sum(both)


def _free_wall_s(rows: Sequence[TrialRow], mean_s: float) -> float | None:
    queued = [row.runqueue_s for row in rows]
    known = [seconds for seconds in queued if seconds is not None]
    return max(mean_s - statistics.fmean(known), 0.0) if known and len(known) == len(queued) else None


def _busy_cores(rows: Sequence[TrialRow], lanes: list[list[TrialRow]]) -> float:
    """In one worker the process's CPU over the trials' wall; of several, each trial's own thread is added up."""
    wall_s = sum(max(row.wall_s - (row.runqueue_s or 0.0), row.cpu_s) for row in rows)
    cpu_s = sum(row.process_cpu_s if len(lanes) == 1 else row.cpu_s for row in rows)
    cpu_s += sum(row.children_cpu_s for row in rows)
    return cpu_s / wall_s * len(lanes) if wall_s > 0 else 0.0


def own_peak_bytes(record: Record) -> int | None:
    """The largest process's own memory: the kernel's peak of its resident set, less what it shares with others."""
    largest: dict[int, ProcessMemory] = {}
    for sample in record.memory:
        for process in sample.processes:
            if (process.rss_bytes or 0) >= (largest[process.pid].rss_bytes or 0 if process.pid in largest else 0):
                largest[process.pid] = process
    peaks = {end.pid: end.peak_rss_bytes for end in record.ends}
    found = [_own_bytes(process, peaks.get(pid)) for pid, process in largest.items()]
    known = [size for size in found if size is not None]
    return max(known, default=max((peak for peak in peaks.values() if peak is not None), default=None))


def _own_bytes(process: ProcessMemory, peak_rss_bytes: int | None) -> int | None:
    if process.rss_bytes is None:
        return peak_rss_bytes
    shared = 0 if process.uss_bytes is None else process.rss_bytes - process.uss_bytes
    return max(process.rss_bytes, peak_rss_bytes or 0) - shared


def _growth(lane: list[TrialRow]) -> Interval | None:
    return trend_of([float(row.rss_bytes) for row in lane[2:] if row.rss_bytes is not None])
