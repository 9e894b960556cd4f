"""Times: one stored column of dates, epoch numbers or text to int64 epoch milliseconds, with a note of how."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from harness.workloads.topstepb.reading.cells import (
    cast,
    is_text,
    refuse_nulls,
    shown,
    to_array,
    uncastable,
    undictionary,
)
from harness.workloads.topstepb.reading.fixedtext import read_fixed
from harness.workloads.topstepb.reading.flaw import Flaw
from harness.workloads.topstepb.reading.timetext import clock_to_iso, is_epoch, is_iso, is_number, is_packed, to_iso

Milliseconds = npt.NDArray[np.int64]
DAY_MS = 86_400_000
UNITS = {"seconds": 10**9, "milliseconds": 10**6, "microseconds": 10**3, "nanoseconds": 1}  # nanoseconds in each
# Epoch numbers are believed from 1990 to 2100: the four ranges lie far apart, and no YYYYMMDDhhmm falls into one.
_FROM_S, _TO_S = 631_152_000, 4_102_444_800
_ZONED = "times carry an offset and are converted to naive UTC"
# .NET counts 100 ns from the year 1; the numbers of 1990 to 2100 fall into 1989 and 1990 as an epoch in nanoseconds.
_TICKS_EPOCH = 621_355_968_000_000_000
_TICKS_FROM, _TICKS_TO = _TICKS_EPOCH + _FROM_S * 10**7, _TICKS_EPOCH + _TO_S * 10**7
NO_ZONE = "times carry no zone and are taken as UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """n times in epoch milliseconds, and in plain words how they were read."""

    ms: Milliseconds
    note: str

    @property
    def is_daily(self) -> bool:
        return not (self.ms % DAY_MS).any()


def to_times(name: str, column: pa.ChunkedArray) -> Times:
    """Read a column of at least one time, by its type; raises Flaw at the first cell that is empty or no time."""
    column = undictionary(column)
    refuse_nulls(name, column)
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _from_timestamps(name, column)
    if pa.types.is_date(kind):
        return Times(ms=to_array(column.cast(pa.timestamp("ms"))).view(np.int64), note=NO_ZONE)
    if is_text(kind):
        return _from_text(name, column)
    if is_number(column) and not is_epoch(column):
        return _from_text(name, column.cast(pa.string()))
    return from_epoch(name, to_integers(name, column))


def to_clock_ms(name: str, column: pa.ChunkedArray) -> Milliseconds:
    """A column of times of day as milliseconds since midnight."""
    column = undictionary(column)
    refuse_nulls(name, column)
    if is_number(column):
        return _clock_numbers(name, to_integers(name, column))
    is_time = pa.types.is_time(column.type)
    text = column.cast(pa.string()) if is_time else clock_to_iso(pc.utf8_trim_whitespace(column))
    return _stamps(name, column, pc.binary_join_element_wise("1970-01-01", text, " "))[0]


def _clock_numbers(name: str, values: Milliseconds) -> Milliseconds:
    """Times of day as numbers: hhmm where none is above 2359 (930 is 09:30), else hhmmss (93000 is 09:30:00)."""
    with_seconds = values if (values > 2359).any() else values * 100
    hours, rest = np.divmod(with_seconds, 10_000)
    minutes, seconds = np.divmod(rest, 100)
    bad = (values < 0) | (hours > 23) | (minutes > 59) | (seconds > 59)
    if bad.any():
        rows = np.flatnonzero(bad)
        raise Flaw(
            f"{name!r} is {values[rows[0]]}, not a time of day as hhmm or hhmmss; write it as 09:30:00",
            rows=rows.tolist(),
        )
    clock_ms: Milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1000
    return clock_ms


def to_integers(name: str, column: pa.ChunkedArray) -> Milliseconds:
    """A column of whole numbers, stored as such, as floats or as text, as int64; raises Flaw where one is not."""
    column = undictionary(column)
    refuse_nulls(name, column)
    if is_text(column.type):
        column = pc.replace_substring_regex(pc.utf8_trim_whitespace(column), r"\.0+$", "")
    elif not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise Flaw(f"column {name!r} holds {column.type} values, not times")
    return to_array(cast(name, column, pa.int64(), "a whole number", "write times as 2024-01-31 12:00:00"))


def from_epoch(name: str, values: Milliseconds) -> Times:
    """Epoch numbers, their unit decided by magnitude; raises Flaw unless one unit fits every row."""
    unit = _unit(int(values[0]))
    if unit is None:
        raise Flaw(
            f"{name!r} is {values[0]}, no epoch time between 1990 and 2100 in s, ms, us or ns;"
            " write dates as 2024-01-31 12:00:00",
            row=0,
        )
    _refuse_two_readings(name, values, unit)
    nanoseconds = UNITS[unit]
    scale = 10**9 // nanoseconds
    outside = (values < _FROM_S * scale) | (values >= _TO_S * scale)
    if outside.any():
        row = int(outside.argmax())
        other = _unit(int(values[row]))
        reads = f"reads as {other}" if other else "is no epoch time"
        raise Flaw(
            f"{name!r} is {values[row]}, which {reads} while row 1 reads as {unit}; use one unit throughout", row=row
        )
    return Times(ms=_to_ms(name, values, nanoseconds), note=f"{name!r} is the epoch in {unit}")


def same_in_some_unit(values: Milliseconds, ms: Milliseconds) -> str | None:
    """The epoch unit in which whole numbers say the same times as `ms`, or None."""
    for unit in ("milliseconds", "seconds", "microseconds", "nanoseconds"):
        nanoseconds = UNITS[unit]
        multiple = 10**6 // nanoseconds if nanoseconds <= 10**6 else 0
        same = values == ms * multiple if multiple else values * 1000 == ms
        if same.all():
            return unit
    return None


def _refuse_two_readings(name: str, values: Milliseconds, unit: str) -> None:
    """Raise Flaw where numbers that could be an epoch are, in every row, as well a date in another form."""
    first = int(values[0])
    as_epoch = f"the epoch in {unit} ({_iso_text(first * UNITS[unit] // 10**6)})"
    if unit == "nanoseconds" and (values >= _TICKS_FROM).all() and (values < _TICKS_TO).all():
        ticks_ms = (first - _TICKS_EPOCH) // 10**4
        raise Flaw(
            f"{name!r} is {first}, which could be {as_epoch} or .NET ticks ({_iso_text(ticks_ms)}); write times as "
            "2024-01-31 12:00:00"
        )
    if unit != "seconds":
        return
    for form, year_digits in (("YYMMDDhhmm", 2), ("YYYYMMDDhh", 4)):
        text = _packed_text(values, year_digits)
        if text is not None:
            raise Flaw(
                f"{name!r} is {first}, which could be {as_epoch} or {form} ({text}); write times as 2024-01-31 12:00:00"
            )


def _packed_text(values: Milliseconds, year_digits: int) -> str | None:
    """The first of ten-digit numbers as a date of two-digit groups behind the year, if every one of them is such."""
    if (values < 0).any() or (values >= 10**10).any():
        return None
    groups: list[Milliseconds] = []
    rest = values
    for _ in range((10 - year_digits) // 2):
        rest, group = np.divmod(rest, 100)
        groups.insert(0, group)
    month, day, hour = groups[:3]
    fits = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (hour <= 23)
    for minute in groups[3:]:
        fits &= minute <= 59
    if year_digits == 4:
        fits &= (rest >= 1990) & (rest < 2100)
    if not fits.all():
        return None
    year = int(rest[0]) + (2000 if year_digits == 2 else 0)
    clock = ":".join(f"{int(group[0]):02}" for group in (*groups[2:], *([0 * month] if len(groups) == 3 else [])))
    return f"{year}-{int(month[0]):02}-{int(day[0]):02} {clock}"


def _iso_text(ms: int) -> str:
    return str(np.datetime64(ms, "ms")).replace("T", " ").removesuffix(".000")


def _unit(value: int) -> str | None:
    return next((unit for unit, ns in UNITS.items() if _FROM_S <= value * ns // 10**9 < _TO_S), None)


def _from_timestamps(name: str, column: pa.ChunkedArray) -> Times:
    nanoseconds = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[column.type.unit]
    zone = column.type.tz
    note = NO_ZONE if zone is None else f"times carry the zone {zone} and are converted to naive UTC"
    values = to_array(column)
    return Times(ms=_to_ms(name, values.view(np.int64), nanoseconds), note=note)


def _from_text(name: str, column: pa.ChunkedArray) -> Times:
    if is_iso(column):
        try:
            ms, has_zone = _stamps(name, column, column)
        except Flaw:
            pass  # a row in another form, or a blank at an end
        else:
            return Times(ms=ms, note=_ZONED if has_zone else NO_ZONE)
    fixed = read_fixed(column)
    if fixed is not None:
        packed = f"{name!r} is read as YYYYMMDD; " if is_packed(column) else ""
        return Times(ms=fixed, note=f"{packed}{NO_ZONE}")
    trimmed = pc.utf8_trim_whitespace(column)
    iso, how = to_iso(name, trimmed)
    if iso is None:
        return from_epoch(name, to_integers(name, trimmed))
    ms, has_zone = _stamps(name, column, iso)
    zone = _ZONED if has_zone else NO_ZONE
    return Times(ms=ms, note=f"{how}; {zone}" if how else zone)


def _stamps(name: str, column: pa.ChunkedArray, iso: pa.ChunkedArray) -> tuple[Milliseconds, bool]:
    """Epoch milliseconds of ISO text, and whether it has a zone; Flaw quotes the cells of `column`."""
    has_zone = re.search(r"\d\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$", iso[0].as_py()) is not None
    kind = pa.timestamp("ns", "UTC") if has_zone else pa.timestamp("ns")
    try:
        stamps = iso.cast(kind)
    except pa.ArrowInvalid:
        rows = uncastable(iso, kind)
        like = f" like row 1 ({shown(column[0])})" if rows[0] else ""
        way_out = "correct or remove the row" if like else "write times as 2024-01-31 12:00:00"
        raise Flaw(f"{name!r} is {shown(column[rows[0]])}, not a time{like}; {way_out}", rows=rows) from None
    return _to_ms(name, to_array(stamps).view(np.int64), 1), has_zone


def _to_ms(name: str, values: Milliseconds, nanoseconds: int) -> Milliseconds:
    """Times in units of `nanoseconds` as milliseconds; raises Flaw where that would cut something off."""
    if nanoseconds == UNITS["milliseconds"]:
        return values
    if nanoseconds > UNITS["milliseconds"]:
        return values * (nanoseconds // 10**6)
    per_ms = 10**6 // nanoseconds
    whole = values // per_ms
    rest = values - whole * per_ms  # a third of the time that `divmod` takes
    if rest.any():
        rows = np.flatnonzero(rest)
        raise Flaw(f"{name!r} is finer than a millisecond; round the times of the bars", rows=rows.tolist())
    return whole
