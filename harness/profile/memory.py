"""Memory of the run: the process tree's PSS over time, each worker's own, and how it grew with the trials."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from harness.errors import RecordError
from harness.model.codec import decode
from harness.model.lines import stream_rows
from harness.model.memory import TreeMemory
from harness.model.store import MEMORY
from harness.profile.columns import Trials
from harness.profile.facts import Growth, Memory, Process, TreePoint, WorkerMemory
from harness.profile.growth import growth_of

POINTS = 2000  # of the tree's samples: more than any figure shows


@dataclass(slots=True)
class _Worker:
    """One process in the samples read so far."""

    uss_bytes: int | None = None
    peak_uss_bytes: int | None = None
    peak_rss_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """`memory.jsonl`, read."""

    tree: list[TreePoint] = field(default_factory=list)
    workers: dict[int, _Worker] = field(default_factory=dict)
    count: int = 0


def read_samples(folder: Path, started_s: float) -> Samples:
    """The launcher's samples, their times counted from `started_s`; what cannot be read is left out."""
    path = folder / MEMORY
    samples = Samples()
    for sample in read_tree(path):
        _take(samples, sample, started_s)
    return samples


def read_tree(path: Path) -> Iterator[TreeMemory]:
    """The launcher's samples that can be read; what cannot is left out, as a sample more or less tells little."""
    for row in stream_rows(path):
        if row is not None:
            with suppress(RecordError):
                yield decode(TreeMemory, row, str(path))


def memory_of(
    samples: Samples, trials: Trials, processes: Sequence[Process], peak_pss_bytes: int | None
) -> Memory | None:
    """None where nothing is known of memory. `peak_pss_bytes` is the launcher's own, if the run ended."""
    growth = _growth(trials, processes)
    if not samples.tree and not samples.workers and not growth and peak_pss_bytes is None:
        return None
    largest = max((point.pss_bytes for point in samples.tree), default=None)
    known = [peak for peak in (largest, peak_pss_bytes) if peak is not None]
    return Memory(
        peak_pss_bytes=max(known, default=None),
        tree=thinned(samples.tree),
        workers=tuple(_worker(process, samples.workers.get(process.pid, _Worker())) for process in processes),
        growth=growth,
        peak_growth_bytes=_peak_growth(trials),
    )


def thinned(points: Sequence[TreePoint], limit: int = POINTS) -> tuple[TreePoint, ...]:
    """At most `limit` points: the largest of each stretch, so that no peak is lost."""
    if len(points) <= limit:
        return tuple(points)
    edges = [len(points) * step // limit for step in range(limit + 1)]
    return tuple(max(points[low:high], key=lambda point: point.pss_bytes) for low, high in pairwise(edges))


def _take(samples: Samples, sample: TreeMemory, started_s: float) -> None:
    if sample.pss_bytes is not None:
        point = TreePoint(at_s=sample.at_s - started_s, pss_bytes=sample.pss_bytes, processes=len(sample.processes))
        samples.tree.append(point)
    for process in sample.processes:
        worker = samples.workers.setdefault(process.pid, _Worker())
        uss_bytes, rss_bytes = process.uss_bytes, process.rss_bytes
        if uss_bytes is not None:
            worker.uss_bytes = uss_bytes
            worker.peak_uss_bytes = max(worker.peak_uss_bytes or 0, uss_bytes)
        if rss_bytes is not None:
            worker.peak_rss_bytes = max(worker.peak_rss_bytes or 0, rss_bytes)


def _worker(process: Process, seen: _Worker) -> WorkerMemory:
    """A peak is the largest that was seen: by the process itself, or in a sample."""
    peaks = [peak for peak in (process.peak_rss_bytes, seen.peak_rss_bytes) if peak is not None]
    return WorkerMemory(
        pid=process.pid,
        uss_bytes=seen.uss_bytes,
        peak_uss_bytes=seen.peak_uss_bytes,
        peak_rss_bytes=max(peaks, default=None),
    )


def _growth(trials: Trials, processes: Sequence[Process]) -> tuple[Growth, ...]:
    order = np.argsort(trials.ended_s, kind="stable")
    found = []
    for index, process in enumerate(processes):
        own = order[trials.process[order] == index]
        own = own[np.isfinite(trials.rss_bytes[own])]
        if len(own):
            history = _history_per_trial(process, trials)
            found.append(growth_of(process.pid, trials.rss_bytes[own], history, trials.peak_rss_bytes[own]))
    return tuple(found)


def _history_per_trial(process: Process, trials: Trials) -> float | None:
    """Bytes that the history grew by for each trial of this process: it holds the other processes' trials too."""
    first_s, last_s = process.first_trial_s, process.last_trial_s
    if process.history_bytes is None or not process.history_trials or first_s is None or last_s is None:
        return None
    added = int(((trials.ended_s >= first_s) & (trials.ended_s <= last_s)).sum())
    return process.history_bytes / process.history_trials * min(added, process.history_trials) / process.trials


def _peak_growth(trials: Trials) -> float | None:
    growth = trials.peak_rss_bytes - trials.rss_before_bytes
    known = growth[np.isfinite(growth)]
    return float(np.median(known)) if len(known) else None
