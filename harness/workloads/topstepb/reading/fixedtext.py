"""Written times of one width, such as 2024.01.31 12:00 in every row, read as columns of digits: the fast way for what
Arrow's own parser does not know.
"""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_FORM = re.compile(
    r"(?P<year>(19|20)\d\d)(?P<dash>[./-]?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
    r"(?:(?P<between>[ T]{0,2})(?P<hour>\d\d)(?:(?P<colon>:?)(?P<minute>\d\d)(?:(?P=colon)(?P<second>\d\d))?"
    r"|-(?P<half>[AP])M))?"
)
_ZERO = ord("0")
_DAY_MS = 86_400_000
Digits = npt.NDArray[np.int64]


def read_fixed(column: pa.ChunkedArray) -> npt.NDArray[np.int64] | None:
    """Epoch milliseconds of n written times, the year first, taken as UTC.

    None unless every cell has the form of the first, its width and its signs, and is a day of the calendar and a time
    of day: then a slower way has to find out what is wrong, or of another width.
    """
    form = _FORM.fullmatch(column[0].as_py())
    signs = None if form is None else _signs(column)
    if form is None or signs is None:
        return None
    free = {at for name, (begin, end) in _fields(form).items() if name != "between" for at in range(begin, end)}
    fixed = [at for at in range(signs.shape[1]) if at not in free]
    if (signs[:, fixed] != signs[0, fixed]).any():
        return None
    numbers = _numbers(signs, form)
    return None if numbers is None else _moments(numbers)


def _signs(column: pa.ChunkedArray) -> npt.NDArray[np.uint8] | None:
    """The bytes of n cells of one width, as n rows; None where widths differ."""
    text = column.cast(pa.large_string()).combine_chunks()
    text = text.chunk(0) if isinstance(text, pa.ChunkedArray) else text
    _, offsets, data = text.buffers()
    at = np.frombuffer(offsets, np.int64)[text.offset : text.offset + len(text) + 1]
    width = int(at[1] - at[0])
    if (np.diff(at) != width).any():
        return None
    return np.frombuffer(data, np.uint8)[at[0] : at[-1]].reshape(len(text), width)


def _fields(form: re.Match[str]) -> dict[str, tuple[int, int]]:
    names = ("year", "month", "day", "hour", "minute", "second", "half")
    return {name: form.span(name) for name in names if form[name] is not None}


def _numbers(signs: npt.NDArray[np.uint8], form: re.Match[str]) -> dict[str, Digits] | None:
    """Each field as a number, half days as 24 hours; None where a sign is no digit, or a half day has no such hour."""
    numbers: dict[str, Digits] = {}
    for name, (begin, end) in _fields(form).items():
        digits = signs[:, begin:end] - np.uint8(_ZERO)  # wraps round below zero
        if name == "half":
            continue
        if (digits > 9).any():
            return None
        value = digits[:, 0].astype(np.int64)
        for at in range(1, end - begin):
            value = value * 10 + digits[:, at]
        numbers[name] = value
    if form["half"] is not None:
        half = signs[:, form.start("half")]
        is_pm = half == ord("P")
        hour = numbers["hour"]
        if not (is_pm | (half == ord("A"))).all() or (hour < 1).any() or (hour > 12).any():
            return None
        numbers["hour"] = hour % 12 + 12 * is_pm
    return numbers


def _moments(numbers: dict[str, Digits]) -> npt.NDArray[np.int64] | None:
    """Epoch milliseconds; None where a number is out of its range."""
    zero = np.zeros(1, np.int64)
    month, day = numbers["month"], numbers["day"]
    hour, minute, second = (numbers.get(name, zero) for name in ("hour", "minute", "second"))
    if not ((month >= 1) & (month <= 12) & (hour <= 23) & (minute <= 59) & (second <= 59)).all():
        return None
    months = (numbers["year"] - 1970) * 12 + month - 1
    starts = _first_days()
    first, following = starts[months], starts[months + 1]
    if not ((day >= 1) & (day <= following - first)).all():
        return None
    moments: npt.NDArray[np.int64] = (first + day - 1) * _DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000
    return moments


def _first_days() -> npt.NDArray[np.int64]:
    """The day (since 1970) on which each month begins, by months since 1970; those before it from the end."""
    months = np.arange(130 * 12 + 2)
    before = np.arange(-70 * 12, 0)
    return np.concatenate((months, before)).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
