"""What a run took, by metric: one number each for the whole run, from its record alone."""

from collections.abc import Collection, Iterator, Mapping

from harness.model.metric import Metric
from harness.model.record import LOAD_SPANS, Ending, Record, SpanTime, TrialState

STORAGE_SPANS, FEATURE_SPANS = ("storage",), ("feature",)
NO_FIGURES: Mapping[Metric, float | None] = dict.fromkeys(Metric)


def is_usable(record: Record) -> bool:
    """Whether a run may be compared: it finished, and not every trial of it failed."""
    is_finished = record.outcome is not None and record.outcome.ending is Ending.FINISHED
    return is_finished and any(row.state is not TrialState.FAIL for row in record.trials)


def figures(record: Record) -> Mapping[Metric, float | None]:
    """Every metric of a run; None where it was not measured, and all None for a run that may not be compared.

    SCORE is None here: what a search found is judged over its whole course (see harness.experiments.quality).
    """
    outcome = record.outcome
    if outcome is None or not is_usable(record):
        return NO_FIGURES
    startup_cpu_s = sum(start.startup_cpu_s for start in record.starts)
    spans_cpu_s = _cpu_s_by_span(record)
    memory, stored = outcome.peak_pss_bytes, outcome.stored_bytes
    return {
        Metric.CPU: _positive(outcome.cpu_s - startup_cpu_s),
        Metric.RUN_CPU: _positive(outcome.cpu_s),
        Metric.WALL: _positive(wall_s(record)),
        Metric.RUN_WALL: _positive(outcome.wall_s),
        Metric.MEMORY: None if memory is None else float(memory),
        Metric.STORAGE_CPU: _sum_of(spans_cpu_s, STORAGE_SPANS),
        Metric.LOAD_CPU: _sum_of(spans_cpu_s, LOAD_SPANS),
        Metric.FEATURE_CPU: _sum_of(spans_cpu_s, FEATURE_SPANS),
        Metric.STARTUP_CPU: _positive(startup_cpu_s),
        Metric.STORED: None if stored is None else float(stored),
        Metric.SCORE: None,
    }


def wall_s(record: Record) -> float:
    """From the first process being ready to the end of the last trial; 0 where either is not known."""
    ready_s = min((start.ready_s for start in record.starts), default=None)
    ended_s = max((row.ended_s for row in record.trials), default=None)
    return 0.0 if ready_s is None or ended_s is None else ended_s - ready_s


def span_cpu_s(record: Record, names: Collection[str]) -> float:
    """CPU of a run in the spans themselves, in its trials, between them and after the last of each process."""
    return _sum_of(_cpu_s_by_span(record), names)


def span_wall_s(record: Record, names: Collection[str]) -> float:
    """The same of wall time, summed over threads that may have run at the same time."""
    return sum(span.wall_s for name, span in spans_of(record) if name in names)


def spans_of(record: Record) -> Iterator[tuple[str, SpanTime]]:
    """Every span that was heard in a run, with its own time."""
    for row in record.trials:
        yield from row.spans.items()
        yield from row.before.items()
    for end in record.ends:
        yield from end.after.items()


def _cpu_s_by_span(record: Record) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for name, span in spans_of(record):
        found[name] = found.get(name, 0.0) + span.cpu_s
    return found


def _sum_of(cpu_s: Mapping[str, float], names: Collection[str]) -> float:
    return sum(cpu_s.get(name, 0.0) for name in names)


def _positive(value: float) -> float | None:
    return value if value > 0 else None
