"""Incumbents: the best point that a search knew at each time, by its own values, and its worth on all the data."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import RecordError
from harness.model.directions import Direction
from harness.model.plan import Setting
from harness.model.record import Record, TrialRow, TrialState


@dataclass(frozen=True, slots=True, kw_only=True)
class Incumbent:
    """A trial that became the best so far, and what the search had cost by then."""

    number: int
    after_cpu_s: float  # of all trials until it ended, those still running then by the part that had passed
    after_wall_s: float  # since the first process was ready
    share: float  # of the data, that its own value is of
    own_value: float
    params: tuple[tuple[str, Setting | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An incumbent's value on all the data: what a user who stopped the search then would have got."""

    number: int
    after_cpu_s: float
    after_wall_s: float
    value: float | None  # None where it was not scored, or its scoring failed


def direction_of(record: Record) -> Direction:
    """Which way the record's values are better. Raises RecordError where it has no study, or several objectives."""
    directions = {study.directions for study in record.studies}
    if len(directions) != 1 or len(only := next(iter(directions))) != 1:
        raise RecordError(f"{record.folder.name} has no single objective, for which a best trial is defined")
    return Direction(only[0])


def incumbents(record: Record, direction: Direction | None = None) -> tuple[Incumbent, ...]:
    """The best so far after each trial that improved on it, in order of time.

    Values on different shares of the data cannot be compared. So the best so far is one on the largest share that any
    trial has completed on: the first complete trial on more data takes the place of the best on less, whatever its
    value, as it does for a user who would rather trust more data; after that, less data counts no more.
    """
    ranked = sorted((row for row in record.trials if _is_judged(row)), key=lambda row: (row.ended_s, row.number))
    if not ranked:
        return ()
    way = direction_of(record) if direction is None else direction
    found: list[TrialRow] = []
    for row in ranked:
        best = found[-1] if found else None
        if best is None or row.share > best.share or (row.share == best.share and _is_better(row, best, way)):
            found.append(row)
    ready_s = min((start.ready_s for start in record.starts if start.worker >= 0), default=0.0)
    return tuple(
        Incumbent(
            number=row.number,
            after_cpu_s=spent_cpu_s(record.trials, row.ended_s),
            after_wall_s=row.ended_s - ready_s,
            share=row.share,
            own_value=_value(row),
            params=tuple(row.params.items()),
        )
        for row in found
    )


def to_score(found: Sequence[Incumbent]) -> tuple[Incumbent, ...]:
    """Those whose own values are not of all the data. A scoring run has a trial for each, in this order."""
    return tuple(one for one in found if one.share < 1)


def standings(record: Record, scored: Record | None, direction: Direction | None = None) -> tuple[Standing, ...]:
    """Each incumbent with its value on all the data: its own, or that of its trial in the scoring run."""
    found = incumbents(record, direction)
    values = {} if scored is None else {row.number: _value(row) for row in scored.trials if _is_judged(row)}
    scores = {one.number: values.get(place) for place, one in enumerate(to_score(found))}
    return tuple(
        Standing(
            number=one.number,
            after_cpu_s=one.after_cpu_s,
            after_wall_s=one.after_wall_s,
            value=scores.get(one.number) if one.share < 1 else one.own_value,
        )
        for one in found
    )


def spent_cpu_s(rows: Sequence[TrialRow], at_s: float) -> float:
    """CPU of the trials until a time (since the epoch), with what their threads did between them."""
    return sum(_cost_s(row) * _passed(row, at_s) for row in rows)


def _cost_s(row: TrialRow) -> float:
    return row.cpu_s + row.children_cpu_s + sum(span.cpu_s for span in row.before.values())


def _passed(row: TrialRow, at_s: float) -> float:
    """How much of a trial had passed: 1 once it had ended."""
    if row.ended_s <= at_s:
        return 1.0
    if row.started_s >= at_s:
        return 0.0
    return (at_s - row.started_s) / (row.ended_s - row.started_s)


def _is_judged(row: TrialRow) -> bool:
    return row.state is TrialState.COMPLETE and row.values is not None and not math.isnan(row.values[0])


def _value(row: TrialRow) -> float:
    assert row.values is not None
    return row.values[0]


def _is_better(row: TrialRow, best: TrialRow, direction: Direction) -> bool:
    match direction:
        case Direction.MINIMIZE:
            return _value(row) < _value(best)
        case Direction.MAXIMIZE:
            return _value(row) > _value(best)
