"""Delimited text (CSV and its like) to raw columns of text, with or without a header."""

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pacsv

from harness.workloads.topstepb.reading.columns import KLINE_NAMES, PRICES, assign_roles, is_recognised, listed
from harness.workloads.topstepb.reading.flaw import Flaw
from harness.workloads.topstepb.reading.raw import Raw

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_NUMBERLIKE = re.compile(r"[-+.\d][-+.,:/\deETZ ]*")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_FORMS = (  # what a file without names can be, by its number of columns
    (12, KLINE_NAMES, "Binance klines"),
    (6, ("open_time", *PRICES, "volume"), "time, open, high, low, close, volume"),
    (5, ("open_time", *PRICES), "time, open, high, low, close"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    delimiter: str
    names: tuple[str, ...]
    has_header: bool
    lines_before: int  # physical lines before the first row: blank ones and the header
    note: str


def read_delimited(text: bytes) -> Raw:
    """Raw columns of UTF-8 text; raises Flaw when rows and header do not fit each other."""
    layout = _layout(text)
    roles = assign_roles(layout.names)
    table, notes = _parse(text, layout, tuple(layout.names.index(name) for name in roles.used))
    return Raw(
        table=table.rename_columns(list(roles.used)),
        roles=roles,
        notes=(f"{layout.note}, {table.num_rows:,} rows", *notes),
        line_of=lambda row: _line_of(text, layout, row),
    )


def names_by_position(count: int) -> tuple[tuple[str, ...], str]:
    """Names for the columns of a file that has none, and what it is then taken for; Flaw for an unknown count."""
    for columns, names, what in _FORMS:
        if count == columns:
            return names, what
    raise Flaw(
        f"there is no header and the rows have {count} columns; without names only 5 or 6 columns (time, open, high,"
        " low, close, volume) and the 12 of Binance klines are known; add a header line"
    )


def _layout(text: bytes) -> _Layout:
    number, first = next((number, line) for number, line in enumerate(_lines(text), start=1) if line.strip())
    line = first.decode()
    delimiter = max(_DELIMITERS, key=line.count)
    if not line.count(delimiter):
        raise Flaw(
            f"the first line ({line[:40].strip()!r}) has no comma, semicolon, tab or bar between columns; "
            "remove a title or comment above the header, or separate the columns"
        )
    cells = next(csv.reader([line], delimiter=delimiter))
    has_header = any(is_recognised(cell) for cell in cells) or not all(
        _NUMBERLIKE.fullmatch(cell.strip()) for cell in cells if cell.strip()
    )
    kind = f"text ({_DELIMITERS[delimiter]})"
    if has_header:
        note = f"{kind} with a header"
        return _Layout(delimiter=delimiter, names=tuple(cells), has_header=True, lines_before=number, note=note)
    names, what = names_by_position(len(cells))
    note = f"{kind} without a header, columns taken in the order of {what}"
    return _Layout(delimiter=delimiter, names=names, has_header=False, lines_before=number - 1, note=note)


def _parse(text: bytes, layout: _Layout, used: Sequence[int]) -> tuple[pa.Table, tuple[str, ...]]:
    table, misfits = _parse_once(text, layout, used)
    if not misfits:
        return table, ()
    width = len(layout.names)
    for row, fields in misfits.items():
        if fields > width:
            names = f"{width} names ({listed(layout.names)})" if layout.has_header else f"{width} columns in row 1"
            raise Flaw(
                f"there are {names} for {fields} fields, so which name is whose cannot be known; correct the header",
                row=row,
                line=_line_of(text, layout, row),
            )
    # Short rows: their last cells are empty. Whether a missing cell is needed is decided where cells are read.
    table, _ = _parse_once(_padded(text, layout, misfits), layout, used)
    noun = "row lacks its" if len(misfits) == 1 else "rows lack their"
    return table, (f"{len(misfits):,} {noun} last columns, none of them needed",)


def _parse_once(text: bytes, layout: _Layout, used: Sequence[int]) -> tuple[pa.Table, dict[int, int]]:
    """The used columns as text, and the number of fields of each row (from 0) that has not as many as the names."""
    misfits: dict[int, int] = {}

    def note_misfit(row: pacsv.InvalidRow) -> str:
        misfits[row.number - 1 - layout.lines_before] = row.actual_columns
        return "skip"

    columns = [str(position) for position in range(len(layout.names))]
    try:
        table = pacsv.read_csv(
            io.BytesIO(text),
            read_options=pacsv.ReadOptions(use_threads=False, column_names=columns, skip_rows=layout.lines_before),
            parse_options=pacsv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=note_misfit),
            convert_options=pacsv.ConvertOptions(
                include_columns=[columns[position] for position in used],
                column_types=dict.fromkeys(columns, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise Flaw(f"the text cannot be parsed ({str(error).splitlines()[0].rstrip('.')})") from None
    return table, misfits


def _padded(text: bytes, layout: _Layout, misfits: Mapping[int, int]) -> bytes:
    """The text with delimiters added to the rows that have fewer fields than there are names."""
    lines, row = [], -1
    for number, line in enumerate(_lines(text), start=1):
        is_row = bool(line) and number > layout.lines_before
        row += is_row
        missing = len(layout.names) - misfits[row] if is_row and row in misfits else 0
        lines.append(line + layout.delimiter.encode() * missing)
    return b"\n".join(lines)


def _line_of(text: bytes, layout: _Layout, row: int) -> int:
    """The line (from 1) that holds a row (from 0): blank lines are none."""
    numbered = enumerate(_lines(text), start=1)
    rows = (number for number, line in numbered if line and number > layout.lines_before)
    return next(itertools.islice(rows, row, None))


def _lines(text: bytes) -> Iterator[bytes]:
    start = 0
    for end in _LINE_END.finditer(text):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]
