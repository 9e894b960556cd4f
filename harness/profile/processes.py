"""The processes that ran trials: how they began, what they were given to do, and how they ended."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from harness.model.record import Birth, ProcessEnd
from harness.profile.columns import Floats
from harness.profile.facts import Process
from harness.profile.native import native_of
from harness.profile.reading.table import Table
from harness.profile.trial_time.occupancy import busy_s


def processes_of(table: Table, workers: Collection[int] = ()) -> tuple[Process, ...]:
    """In the order in which they were ready: `Trials.process` refers to them. `workers` are multiprocessing's."""
    trials, busy = table.trials, busy_s(table.trials)
    found = []
    for index, pid in enumerate(table.pids):
        own = np.flatnonzero(trials.process == index)
        work = _Work(
            trials=len(own),
            threads=len(np.unique(trials.thread[own])),
            first_s=float(trials.started_s[own].min()),
            last_s=float(trials.ended_s[own].max()),
            busy_s=float(busy[own].sum()),
            peak_rss_bytes=_largest(trials.peak_rss_bytes[own], trials.rss_bytes[own], trials.rss_before_bytes[own]),
        )
        found.append(replace(_process(pid, table, work), native=native_of(trials, index), is_worker=pid in workers))
    return tuple(found)


def watching_cpu_s(end: ProcessEnd) -> float:
    """What the harness itself cost one process so far: writing rows, measured, and hearing events, calibrated."""
    return end.recording_cpu_s + end.events * end.event_cpu_s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What one process's trials say of it."""

    trials: int
    threads: int
    first_s: float
    last_s: float
    busy_s: float
    peak_rss_bytes: int | None


def _process(pid: int, table: Table, work: _Work) -> Process:
    """Without a row of its start, a process is taken to begin with its first trial."""
    start, end = table.starts.get(pid), table.ends.get(pid)
    ready_s = work.first_s if start is None else start.ready_s
    startup_wall_s = 0.0 if start is None else start.startup_wall_s
    return Process(
        pid=pid,
        parent=None if start is None else start.parent,
        birth=Birth.LAUNCHED if start is None else start.birth,
        threads=work.threads,
        trials=work.trials,
        started_s=ready_s - startup_wall_s,
        ready_s=ready_s,
        startup_wall_s=startup_wall_s,
        startup_cpu_s=0.0 if start is None else start.startup_cpu_s,
        first_trial_s=work.first_s,
        last_trial_s=work.last_s,
        busy_s=work.busy_s,
        study_cpu_s=None if end is None else end.study_cpu_s,
        closed=end is not None and end.is_final,
        peak_rss_bytes=_peak(end, work),
        thread_pools=() if end is None or end.thread_pools is None else end.thread_pools,
        collections=None if end is None else end.collections,
        history_bytes=None if end is None else end.history_bytes,
        history_trials=None if end is None else end.history_trials,
        recording_cpu_s=None if end is None else watching_cpu_s(end),
        dropped=table.unwritten.get(pid, 0),
        loads=() if end is None else end.loads,
        commands=None if end is None else end.commands,
        failed_elsewhere=0 if end is None else end.failed_elsewhere,
    )


def _peak(end: ProcessEnd | None, work: _Work) -> int | None:
    """The kernel's peak at the end is only that since it was last reset, which each trial may do to learn its own."""
    known = [peak for peak in (None if end is None else end.peak_rss_bytes, work.peak_rss_bytes) if peak is not None]
    return max(known, default=None)


def _largest(*columns: Floats) -> int | None:
    known = np.concatenate(columns)
    known = known[np.isfinite(known)]
    return int(known.max()) if len(known) else None
