"""What part of a run a lever can touch at all, and so the most it can save; what a known slowdown should come to."""

import statistics
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from harness.experiments.figures import figures, span_cpu_s, span_wall_s
from harness.model.metric import Metric
from harness.model.record import Record

_OUTSIDE = ("suggest", "storage", "gc")  # of these, only what the objective itself calls is slowed with it
_BY_CPU, _BY_WALL = (Metric.CPU, Metric.RUN_CPU), (Metric.WALL, Metric.RUN_WALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """By Amdahl's law: where a lever acts on these spans alone, no more than their share can be saved."""

    spans: tuple[str, ...]
    share: float  # of the whole run without the lever, mean over runs
    runs: int

    @property
    def least_ratio(self) -> float:
        """What would be left, were the spans free."""
        return 1 - self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the slowed arm should take, as a ratio: bounds, as the objective's own calls of the storage are not told."""

    low: float
    high: float


def ceiling(records: Sequence[Record], spans: tuple[str, ...], metric: Metric) -> Ceiling | None:
    """The share of spans in CPU, or in the wall time of trials; None for other metrics and where nothing is known."""
    of_run = _share_of(metric)
    if of_run is None or not spans:
        return None
    seen = tuple(span for span in spans if any(span_wall_s(record, (span,)) > 0 for record in records))
    shares = [share for record in records if (share := of_run(record, spans, metric)) is not None]
    return Ceiling(spans=seen or spans, share=min(statistics.fmean(shares), 1.0), runs=len(shares)) if shares else None


def expected_slowdown(records: Sequence[Record], slowdown: float) -> Expected | None:
    """What burning a share of each objective's CPU again adds to the CPU of whole runs."""
    found = [_objective_shares(record) for record in records]
    known = [shares for shares in found if shares is not None]
    if not known:
        return None
    low, high = (statistics.fmean(side) for side in zip(*known, strict=True))
    return Expected(low=1 + slowdown * low, high=1 + slowdown * high)


def _share_of(metric: Metric) -> Callable[[Record, Collection[str], Metric], float | None] | None:
    if metric in _BY_CPU:
        return _cpu_share
    return _wall_share if metric in _BY_WALL else None


def _cpu_share(record: Record, spans: Collection[str], metric: Metric) -> float | None:
    whole = figures(record)[metric]
    return span_cpu_s(record, spans) / whole if whole else None


def _wall_share(record: Record, spans: Collection[str], metric: Metric) -> float | None:
    """Of the wall time of all trials with what lies between them, as threads and workers run at the same time."""
    whole = sum(row.wall_s + sum(span.wall_s for span in row.before.values()) for row in record.trials)
    return span_wall_s(record, spans) / whole if whole > 0 and figures(record)[metric] else None


def _objective_shares(record: Record) -> tuple[float, float] | None:
    """The objective's share of the CPU: without any of what Optuna does, and with all that a trial's spans hold."""
    whole = figures(record)[Metric.CPU]
    if not whole:
        return None
    spans = [(name, span.cpu_s) for row in record.trials for name, span in row.spans.items()]
    high = sum(cpu_s for _, cpu_s in spans)
    low = sum(cpu_s for name, cpu_s in spans if name not in _OUTSIDE)
    return min(low / whole, 1.0), min(high / whole, 1.0)
