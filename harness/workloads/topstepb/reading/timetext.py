"""Written times: the ways in which files spell a date and a clock time, each brought to ISO 8601 text."""

import pyarrow as pa
import pyarrow.compute as pc

from harness.workloads.topstepb.reading.cells import is_text, shown, undictionary
from harness.workloads.topstepb.reading.flaw import Flaw

_DIGITS = r"^-?\d+(\.0+)?$"
_TWO_FIRST = r"^\d{1,2}[./-]\d{1,2}[./-]\d{4}\b"
_YEAR_FIRST = r"^\d{4}[./-]\d{1,2}[./-]\d{1,2}\b"
_ISO = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?$"
# 20240131, and with a time of day: 20240131 120000, 20240131  12:00:00, 20240131120000, 202401311200.
# No epoch number between 1990 and 2100 has 8, 12 or 14 digits and begins so.
_PACKED = r"^(19|20)\d{6}([ T]*\d{2}:?\d{2}(:?\d{2})?)?$"
_HALF_DAY = (
    r"(?i)^(?P<head>.*?)(?P<hour>\d{1,2})(?P<rest>(?::\d{2}){0,2}(?:\.\d+)?)[ -]*(?P<half>[AP])\.?M\.?(?P<tail>.*)$"
)
_CLOCK = r"^(\d{1,2}:\d{2}\b.*|\d{4}|\d{6})$"


def is_iso(column: pa.ChunkedArray) -> bool:
    """Whether the first cell is ISO 8601 as Arrow reads it, so that nothing has to be rewritten."""
    return _first_is(column, _ISO)


def is_packed(column: pa.ChunkedArray) -> bool:
    """Whether the first cell is a date in digits, such as 20240131."""
    return _first_is(column, _PACKED)


def to_iso(name: str, column: pa.ChunkedArray) -> tuple[pa.ChunkedArray | None, str]:
    """Trimmed text as ISO 8601, and how it was read ("" if it was ISO already). None: the text is epoch numbers.

    The first row decides the form; a row that departs from it comes back as it stood, for the caller to refuse.
    Raises Flaw where day and month cannot be told apart.
    """
    if is_packed(column):
        iso = _replaced(column, r"^(\d{4})(\d{2})(\d{2})[ T]*(\d{2}):?(\d{2}):?(\d{2})$", r"\1-\2-\3T\4:\5:\6")
        iso = _replaced(iso, r"^(\d{4})(\d{2})(\d{2})[ T]*(\d{2}):?(\d{2})$", r"\1-\2-\3T\4:\5")
        return _replaced(iso, r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3"), f"{name!r} is read as YYYYMMDD"
    if _first_is(column, _DIGITS):
        return None, ""
    how = ""
    column = _replaced(column, r"\s{2,}", " ")
    column = _in_24_hours(column)
    if _first_is(column, _TWO_FIRST):
        column, how = _from_day_or_month_first(name, column)
    elif _first_is(column, _YEAR_FIRST):
        column = _replaced(column, r"^(\d{4})[./-](\d{1,2})[./-](\d{1,2})\b", r"\1-0\2-0\3")
        column = _replaced(column, r"^(\d{4})-0?(\d{2})-0?(\d{2})\b", r"\1-\2-\3")
    column = _replaced(column, r"([ T])(\d):", r"\10\2:")
    column = _replaced(column, r" ?(UTC|GMT)$", "Z")
    return _replaced(column, r" ([+-]\d\d:?\d\d)$", r"\1"), how


def is_clock(column: pa.ChunkedArray) -> bool:
    """Whether a column holds times of day, by its first cell: a time type, text such as 9:30, 09:30:00 or 9:30 AM, or
    digits such as 0930, 093000 and 93000.
    """
    column = undictionary(column)
    if pa.types.is_time(column.type):
        return True
    if is_text(column.type) and _first_is(pc.utf8_trim_whitespace(column), _CLOCK):
        return True
    return is_number(column) and 0 <= int(float(column[0].as_py())) <= 235_959


def clock_to_iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trimmed times of day in 24 hours with colons: 9:30 PM is 21:30, 0930 is 09:30, 093000 is 09:30:00."""
    column = _in_24_hours(column)
    return _replaced(_replaced(column, r"^(\d{2})(\d{2})$", r"\1:\2"), r"^(\d{2})(\d{2})(\d{2})$", r"\1:\2:\3")


def is_number(column: pa.ChunkedArray) -> bool:
    """Whether a column holds numbers, or text whose first cell is a whole one."""
    column = undictionary(column)
    if is_text(column.type):
        return _first_is(pc.utf8_trim_whitespace(column.slice(0, 1)), _DIGITS)
    return bool(pa.types.is_integer(column.type) or pa.types.is_floating(column.type))


def is_epoch(column: pa.ChunkedArray) -> bool:
    """Whether a column holds numbers that are no packed date such as 20240131, by the first cell."""
    if not is_number(column):
        return False
    return not _first_is(pc.utf8_trim_whitespace(undictionary(column.slice(0, 1)).cast(pa.string())), _PACKED)


def _first_is(column: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.match_substring_regex(column.slice(0, 1), pattern)[0].as_py())


def _replaced(column: pa.ChunkedArray, pattern: str, by: str) -> pa.ChunkedArray:
    return pc.replace_substring_regex(column, pattern, by)


def _in_24_hours(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times with AM or PM without it: 9:30 PM, 09:30:00 p.m. and 09-PM are 21:30, 21:30:00 and 21:00."""
    if not _first_is(column, _HALF_DAY):
        return column
    parts = pc.extract_regex(column, _HALF_DAY)
    field = {name: pc.struct_field(parts, name) for name in ("head", "hour", "rest", "half", "tail")}
    hour = field["hour"].cast(pa.int64())
    is_pm = pc.equal(pc.utf8_upper(field["half"]), "P")
    of_day = pc.add(pc.if_else(pc.equal(hour, 12), 0, hour), pc.if_else(is_pm, 12, 0))
    is_hour = pc.and_(pc.greater_equal(hour, 1), pc.less_equal(hour, 12))
    padded = pc.utf8_lpad(of_day.cast(pa.string()), width=2, padding="0")
    rest = pc.if_else(pc.equal(field["rest"], ""), ":00", field["rest"])
    joined = pc.binary_join_element_wise(field["head"], padded, rest, field["tail"], "")
    return pc.if_else(pc.fill_null(is_hour, False), joined, column)  # what is no such time comes back as it stood


def _from_day_or_month_first(name: str, column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    parts = pc.extract_regex(column, r"^(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-]\d{4}\b")
    first, second = (pc.struct_field(parts, i).cast(pa.int64()) for i in (0, 1))
    first_is_day = pc.any(pc.greater(first, 12)).as_py()
    second_is_day = pc.any(pc.greater(second, 12)).as_py()
    if first_is_day == second_is_day:
        why = "both come above 12" if first_is_day else "neither ever comes above 12"
        raise Flaw(
            f"in {name!r} ({shown(column[0])}) the first two numbers could be day and month in either order ({why});"
            " write dates as 2024-01-31"
        )
    by = r"\3-0\2-0\1" if first_is_day else r"\3-0\1-0\2"
    column = _replaced(column, r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b", by)
    column = _replaced(column, r"^(\d{4})-0?(\d{2})-0?(\d{2})\b", r"\1-\2-\3")
    order = "day/month/year" if first_is_day else "month/day/year"
    return column, f"{name!r} is read as {order}, the only order that fits every row"
