"""The layout of delimited text: its delimiter, where the rows begin, and what each column is called."""

import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.workloads.topstepb.reading.columns import KLINE_NAMES, PRICES, has_all_prices, is_recognised, listed
from harness.workloads.topstepb.reading.flaw import Flaw

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_NUMBERLIKE = re.compile(r"[-+.\d][-+.,:/\deETZ ]*")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_HEADER_WITHIN = 10  # lines: titles and comments above a header are few
_FORMS = (  # what a file without names can be, by its number of columns
    (12, KLINE_NAMES, "Binance klines"),
    (6, ("datetime", *PRICES, "volume"), "time, open, high, low, close, volume"),
    (5, ("datetime", *PRICES), "time, open, high, low, close"),
)
_FORMS_WITH_CLOCK = (  # the same where the second column is a time of day, as MetaTrader 4 and Kibot write
    (7, ("date", "time", *PRICES, "volume"), "date, time of day, open, high, low, close, volume"),
    (6, ("date", "time", *PRICES), "date, time of day, open, high, low, close"),
)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{8}")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How text is to be parsed."""

    delimiter: str
    names: tuple[str, ...]
    has_header: bool
    lines_before: int  # physical lines before the first row: blank ones, titles and the header
    note: str


def layout_of(text: bytes) -> Layout:
    """The layout of text that holds at least one line; raises Flaw where columns cannot be told apart."""
    head = [
        (number, line.decode())
        for number, line in itertools.islice(enumerate(lines_of(text), start=1), 4 * _HEADER_WITHIN)
        if line.strip()
    ][:_HEADER_WITHIN]
    for index, (number, line) in enumerate(head):
        delimiter = _delimiter(line)
        names = _cells(line, delimiter)
        if has_all_prices(names):
            return _with_header(head[index + 1 :], delimiter, names, number, skipped=index)
    return _by_first_line(*head[0])


def _with_header(
    below: Sequence[tuple[int, str]], delimiter: str, names: Sequence[str], number: int, skipped: int
) -> Layout:
    kind = f"text ({_DELIMITERS[delimiter]}) with a header"
    if skipped:
        kind += f", {skipped} {'line' if skipped == 1 else 'lines'} above it skipped"
    levels = [_cells(line, delimiter) for _, line in below[:2]]
    if len(levels) == 2 and levels[0][0].strip().lower() == "ticker" and not any(levels[1][1:]):
        instruments = sorted({cell for cell in levels[0][1:] if cell})
        if len(instruments) > 1:
            raise Flaw(f"the file holds {len(instruments)} instruments ({listed(instruments)}); keep one of them")
        names, number = (levels[1][0], *names[1:]), below[1][0]
        kind += " of three lines, as yfinance writes it"
    return Layout(delimiter=delimiter, names=tuple(names), has_header=True, lines_before=number, note=kind)


def _by_first_line(number: int, line: str) -> Layout:
    """Text in which no line names all four prices: a header that lacks some, or none at all."""
    delimiter = _delimiter(line)
    if not line.count(delimiter):
        raise Flaw(
            f"the first line ({line[:40].strip()!r}) has no comma, semicolon, tab or bar between columns; "
            "remove a title or comment above the header, or separate the columns"
        )
    cells = _cells(line, delimiter)
    kind = f"text ({_DELIMITERS[delimiter]})"
    is_numbered = [cell.strip() for cell in cells] == [str(position) for position in range(len(cells))]
    numbers = sum(bool(_NUMBERLIKE.fullmatch(cell.strip())) for cell in cells)
    if not is_numbered and (any(is_recognised(cell) for cell in cells) or not numbers):
        return Layout(
            delimiter=delimiter,
            names=tuple(cells),
            has_header=True,
            lines_before=number,
            note=f"{kind} with a header",
        )
    names, what = names_by_position(cells, "add a header line")
    return Layout(
        delimiter=delimiter,
        names=names,
        has_header=False,
        lines_before=number if is_numbered else number - 1,
        note=f"{kind} without {'names in its header' if is_numbered else 'a header'}, columns taken in the order of "
        f"{what}",
    )


def names_by_position(cells: Sequence[object], way_out: str) -> tuple[tuple[str, ...], str]:
    """Names for the columns of a file that has none, and what it is then taken for, by its first row.

    Raises Flaw, which ends with `way_out`, for an unknown number of columns.
    """
    count = len(cells)
    first = [str(cell).strip() for cell in cells[:2]]
    has_clock = count > 1 and _DATE.fullmatch(first[0]) is not None and _CLOCK.fullmatch(first[1]) is not None
    for columns, names, what in _FORMS_WITH_CLOCK if has_clock else _FORMS:
        if count == columns:
            return names, what
    raise Flaw(
        f"there are no names and the rows have {count} columns; without names only 5 or 6 columns (time, open, high,"
        f" low, close, volume; the time may be two) and the 12 of Binance klines are known; {way_out}"
    )


def lines_of(text: bytes) -> Iterator[bytes]:
    """The physical lines, without their ends."""
    start = 0
    for end in _LINE_END.finditer(text):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]


def row_lines(text: bytes, layout: Layout) -> Iterator[int]:
    """The line (from 1) on which each row begins: blank lines are no rows, and a quoted cell may hold line breaks."""
    if b'"' not in text:
        numbered = enumerate(lines_of(text), start=1)
        yield from (number for number, line in numbered if line and number > layout.lines_before)
        return
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=layout.delimiter)
    begins = 1
    for cells in reader:
        if cells and begins > layout.lines_before:
            yield begins
        begins = reader.line_num + 1


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter))
