"""Time columns: the several columns in which a file tells the time, brought to one or refused where they disagree."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from harness.workloads.topstepb.reading.flaw import Flaw
from harness.workloads.topstepb.reading.times import (
    DAY_MS,
    NO_ZONE,
    Milliseconds,
    Times,
    from_epoch,
    same_in_some_unit,
    to_clock_ms,
    to_integers,
    to_times,
)
from harness.workloads.topstepb.reading.timetext import is_clock, is_epoch, is_number


def combine(names: Sequence[str], columns: Mapping[str, pa.ChunkedArray]) -> Times:
    """The times of at least one row from every time column of a file, the most trusted name first.

    A time of day is added to the dates. Otherwise the first column that is finer than a day is believed, and every
    further one must tell the same times (dates: the same days; whole numbers: in one epoch unit). Raises Flaw at the
    first row where two disagree.
    """
    whole = {name: to_integers(name, columns[name]) for name in names if is_number(columns[name])}
    read = {name: to_times(name, columns[name]) for name in names if name not in whole and not is_clock(columns[name])}
    # What agrees is settled first: beside a written time, 1000 in `time` is the epoch; beside a date it is 10:00.
    settled = {name: note for name, values in whole.items() if (note := _agreement(name, values, read))}
    names = [name for name in names if name not in settled]
    clock = next((name for name in names if name.strip(" <>").lower() == "time" and is_clock(columns[name])), None)
    names = [name for name in names if name != clock]
    if not names:
        raise Flaw(f"{clock!r} is a time of day and no column holds the date; add one named 'date'")
    whole = {name: values for name, values in whole.items() if name in names and is_epoch(columns[name])}
    read = {name: read.get(name) or to_times(name, columns[name]) for name in names if name not in whole}
    if clock is not None:
        clock_ms = to_clock_ms(clock, columns[clock])
        read = {name: _with_clock(name, times, clock, clock_ms) for name, times in read.items()}
    return _agreed(read, whole, tuple(settled.values()))


def _agreed(read: dict[str, Times], whole: dict[str, Milliseconds], settled: tuple[str, ...]) -> Times:
    """The believed one of several readings; raises Flaw where another contradicts it."""
    first = _believed(read, whole)
    times = read.pop(first) if first in read else from_epoch(first, whole.pop(first))
    notes = [times.note]
    for name, other in read.items():
        _refuse_difference(first, times.ms, name, other)
        notes.append(f"{name!r} agrees with {first!r}")
    for name, values in whole.items():
        note = _agreement(name, values, {first: times})
        if note is None:
            raise Flaw(f"{first!r} and {name!r} (epoch numbers) tell different times; remove the wrong one")
        notes.append(note)
    if settled and notes[0] == NO_ZONE:
        notes.pop(0)  # the epoch is UTC, so the zone is known after all
    return Times(ms=times.ms, note="; ".join((*notes, *settled)))


def _agreement(name: str, values: Milliseconds, read: Mapping[str, Times]) -> str | None:
    """A note on the first reading that whole numbers repeat in some epoch unit, or None."""
    for other, times in read.items():
        if unit := same_in_some_unit(values, times.ms):
            return f"{name!r} agrees with {other!r} (epoch {unit})"
    return None


def _believed(read: Mapping[str, Times], whole: Mapping[str, Milliseconds]) -> str:
    """The column that tells the time: the first that is finer than a day, else epoch numbers, else the first."""
    finer = (name for name, times in read.items() if not times.is_daily)
    return next(finer, next(iter(whole or read)))


def _with_clock(name: str, times: Times, clock: str, clock_ms: Milliseconds) -> Times:
    if times.is_daily:
        return Times(ms=times.ms + clock_ms, note=f"{name!r} and {clock!r} are joined; {times.note}")
    wrong = times.ms % DAY_MS != clock_ms
    if wrong.any():
        raise Flaw(
            f"{name!r} and {clock!r} tell different times of day; remove the wrong one",
            rows=np.flatnonzero(wrong).tolist(),
        )
    return Times(ms=times.ms, note=f"{times.note}; {clock!r} agrees with {name!r}")


def _refuse_difference(first: str, ms: Milliseconds, name: str, other: Times) -> None:
    wrong = other.ms != (ms - ms % DAY_MS if other.is_daily else ms)
    if wrong.any():
        raise Flaw(
            f"{first!r} and {name!r} tell different times; remove the wrong one", rows=np.flatnonzero(wrong).tolist()
        )
