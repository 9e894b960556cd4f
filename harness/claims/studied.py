"""What a run by itself shows of a claim: one figure of its record, over a few runs."""

import statistics
from collections.abc import Sequence

from harness.claims.measured import Measured, Sample, not_measured
from harness.experiments.figures import figures, is_usable
from harness.model.claim import Claim
from harness.model.metric import Metric
from harness.model.record import Record
from harness.stats.interval import Interval

_METRICS = {
    "peak-memory": Metric.MEMORY,
    "stored": Metric.STORED,
    "cpu": Metric.CPU,
    "wall": Metric.WALL,
    "cpu-per-trial": Metric.CPU,
    "wall-per-trial": Metric.WALL,
}


def by_study(claim: Claim, records: Sequence[Record]) -> Measured:
    """The median of a figure over runs, with the lowest and the highest as its bounds."""
    found = list[Sample]()
    for record in records:
        value = figure(claim.figure or "", record)
        if value is not None:
            found.append(Sample(label=f"run {len(found) + 1}", value=value, runs=(record.folder.name,)))
    if not found:
        return not_measured(f"no run ended well and has a figure for {claim.figure}")
    values = [one.value for one in found]
    trials = len(records[0].trials)
    runs = f"{len(found)} {'run' if len(found) == 1 else 'runs'}"
    return Measured(
        interval=Interval(value=statistics.median(values), low=min(values), high=max(values)),
        basis=f"{(claim.figure or '').replace('-', ' ')}, {runs} of {trials:,} trials; from the lowest to the highest",
        samples=tuple(found),
    )


def figure(name: str, record: Record) -> float | None:
    """A figure of a run by its name; None where the record does not have it."""
    if not is_usable(record):
        return None
    if name == "memory-growth":
        return _growth(record)
    value = figures(record)[_METRICS[name]]
    if value is None or not name.endswith("-per-trial"):
        return value
    return value / len(record.trials)


def _growth(record: Record) -> float | None:
    """RSS of a process after its last trial over that after its first, summed over processes."""
    grown: dict[int, list[int]] = {}
    for row in sorted(record.trials, key=lambda row: row.ended_s):
        if row.rss_bytes is not None:
            grown.setdefault(row.pid, []).append(row.rss_bytes)
    if not grown:
        return None
    return float(sum(sizes[-1] - sizes[0] for sizes in grown.values()))
