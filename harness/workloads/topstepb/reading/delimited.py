"""Delimited text (CSV and its like) to raw columns, numbers where every cell is one, with or without a header."""

import csv
import io
import itertools
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.csv as pacsv

from harness.workloads.topstepb.reading.columns import assign_roles, listed
from harness.workloads.topstepb.reading.flaw import Flaw
from harness.workloads.topstepb.reading.layout import Layout, layout_of, row_lines
from harness.workloads.topstepb.reading.raw import Raw


def read_delimited(text: bytes) -> Raw:
    """Raw columns of UTF-8 text; raises Flaw when rows and header do not fit each other."""
    layout = layout_of(text)
    roles = assign_roles(layout.names)
    numbers = frozenset(layout.names.index(name) for name in (*roles.prices, roles.volume) if name is not None)
    table, notes = _parse(text, layout, tuple(layout.names.index(name) for name in roles.used), numbers)
    return Raw(
        table=table.rename_columns(list(roles.used)),
        roles=roles,
        notes=(f"{layout.note}, {table.num_rows:,} rows", *notes),
        has_names=layout.has_header,
        line_of=lambda row: _line_of(text, layout, row),
    )


def _parse(
    text: bytes, layout: Layout, used: Sequence[int], numbers: frozenset[int]
) -> tuple[pa.Table, tuple[str, ...]]:
    table, misfits = _parse_once(text, layout, used, numbers)
    if not misfits:
        return table, ()
    width = len(layout.names)
    long = sorted(row for row, fields in misfits.items() if fields > width)
    if long:
        names = f"{width} names ({listed(layout.names)})" if layout.has_header else f"{width} columns in row 1"
        raise Flaw(
            f"there are {names} for {misfits[long[0]]} fields, so which name is whose cannot be known; correct the "
            "header",
            rows=long,
            line_of=lambda row: _line_of(text, layout, row),
        )
    # Short rows: their last cells are empty. Whether a missing cell is needed is decided where cells are read.
    table, _ = _parse_once(_padded(text, layout, misfits), layout, used, numbers)
    noun = "row lacks its" if len(misfits) == 1 else "rows lack their"
    return table, (f"{len(misfits):,} {noun} last columns, none of them needed",)


def _parse_once(
    text: bytes, layout: Layout, used: Sequence[int], numbers: frozenset[int]
) -> tuple[pa.Table, dict[int, int]]:
    """The used columns, and the number of fields of each row (from 0) that has not as many as the names.

    Columns of `numbers` are float64; where a cell of any is no number, all columns are text, so that whoever reads
    them can name the cells. The others are always text.
    """
    try:
        return _parsed(text, layout, used, numbers)
    except pa.ArrowInvalid:
        pass
    try:
        return _parsed(text, layout, used, frozenset())
    except pa.ArrowInvalid as error:
        raise Flaw(f"the text cannot be parsed ({str(error).splitlines()[0].rstrip('.')})") from None


def _parsed(
    text: bytes, layout: Layout, used: Sequence[int], numbers: frozenset[int]
) -> tuple[pa.Table, dict[int, int]]:
    misfits: dict[int, int] = {}

    def note_misfit(row: pacsv.InvalidRow) -> str:
        misfits[row.number - 1 - layout.lines_before] = row.actual_columns
        return "skip"

    columns = [str(position) for position in range(len(layout.names))]
    table = pacsv.read_csv(
        io.BytesIO(text),
        read_options=pacsv.ReadOptions(use_threads=False, column_names=columns, skip_rows=layout.lines_before),
        parse_options=pacsv.ParseOptions(
            delimiter=layout.delimiter, invalid_row_handler=note_misfit, newlines_in_values=b'"' in text
        ),
        convert_options=pacsv.ConvertOptions(
            include_columns=[columns[position] for position in used],
            column_types={
                column: pa.float64() if position in numbers else pa.string() for position, column in enumerate(columns)
            },
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return table, misfits


def _padded(text: bytes, layout: Layout, misfits: Mapping[int, int]) -> bytes:
    """The text from the first row on, with cells added to the rows that have fewer fields than there are names, behind
    as many blank lines as there were lines before it.
    """
    out = io.StringIO()
    out.write("\n" * layout.lines_before)
    writer = csv.writer(out, delimiter=layout.delimiter, lineterminator="\n")
    source = io.StringIO(text.decode(), newline="")
    for _ in range(layout.lines_before):
        source.readline()
    rows = (cells for cells in csv.reader(source, delimiter=layout.delimiter) if cells)
    for row, cells in enumerate(rows):
        writer.writerow(cells + [""] * (len(layout.names) - len(cells)) if row in misfits else cells)
    return out.getvalue().encode()


def _line_of(text: bytes, layout: Layout, row: int) -> int:
    """The line (from 1) that holds a row (from 0)."""
    return next(itertools.islice(row_lines(text, layout), row, None))
