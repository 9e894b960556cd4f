"""Memory of the runs over time: the process tree's PSS, what it grew by, and each process's peak."""

from collections.abc import Sequence
from itertools import pairwise

from harness.model.experiment import Role
from harness.model.memory import TreeMemory
from harness.report.quantity import Measure, Unit, known, unknown
from harness.report.reproduction.runs import Evidence, UsableRun, whole_fact
from harness.report.summary import MemoryOfRun, MemoryPoint, ProcessPeak

POINTS = 240  # as many as a figure can show


def memory_of(evidence: Evidence) -> tuple[MemoryOfRun, ...]:
    """The first usable run of each arm; runs on a part of the bars are left out."""
    seen: set[str] = set()
    found = []
    for run in evidence.usable:
        if run.arm.role is Role.SIZE or run.arm.name in seen or not run.record.memory:
            continue
        seen.add(run.arm.name)
        found.append(_of_run(run))
    return tuple(found)


def growth(run: UsableRun) -> Measure:
    """The largest PSS of the run's tree less its last sample before the first trial began."""
    first = min(row.started_s for row in run.record.trials)
    known_samples = [(sample.at_s, sample.pss_bytes) for sample in run.record.memory if sample.pss_bytes is not None]
    before = [size for at_s, size in known_samples if at_s <= first]
    during = [size for at_s, size in known_samples if at_s > first]
    if not known_samples:
        return unknown(Unit.BYTES, "PSS cannot be read on this machine, or the run was too short for a sample")
    if not before or not during:
        return unknown(Unit.BYTES, "no sample was taken both before and after the first trial began")
    basis = f"tree PSS, peak less last sample before the first trial, {len(known_samples)} samples"
    return known(Unit.BYTES, float(max(0, max(during) - before[-1])), basis)


def thinned(points: Sequence[MemoryPoint], limit: int = POINTS) -> tuple[MemoryPoint, ...]:
    """At most `limit` points: the largest of each stretch, so that no peak is lost."""
    if len(points) <= limit:
        return tuple(points)
    edges = [len(points) * step // limit for step in range(limit + 1)]
    parts = (points[low:high] for low, high in pairwise(edges))
    return tuple(max(part, key=lambda point: point.bytes) for part in parts)


def _of_run(run: UsableRun) -> MemoryOfRun:
    samples = run.record.memory
    began_s = samples[0].at_s
    tree = [MemoryPoint(at_s=s.at_s - began_s, bytes=s.pss_bytes) for s in samples if s.pss_bytes is not None]
    return MemoryOfRun(
        run=run.id,
        arm=run.name,
        dataset=run.arm.dataset,
        table_bytes=whole_fact(run.record, "table_bytes"),
        growth=growth(run),
        peak_pss_bytes=max((point.bytes for point in tree), default=None),
        tree=thinned(tree),
        processes=_processes(run, samples, began_s),
    )


def _processes(run: UsableRun, samples: Sequence[TreeMemory], began_s: float) -> tuple[ProcessPeak, ...]:
    peaks = {end.pid: end.peak_rss_bytes for end in run.record.ends}
    series: dict[int, list[MemoryPoint]] = {pid: [] for pid in peaks}
    for sample in samples:
        for process in sample.processes:
            points = series.setdefault(process.pid, [])
            if process.pss_bytes is not None:
                points.append(MemoryPoint(at_s=sample.at_s - began_s, bytes=process.pss_bytes))
    return tuple(
        ProcessPeak(
            process=index,
            peak_rss_bytes=peaks.get(pid),
            peak_pss_bytes=max((point.bytes for point in points), default=None),
            series=thinned(points) if len(series) > 1 else (),
        )
        for index, (pid, points) in enumerate(series.items())
    )
