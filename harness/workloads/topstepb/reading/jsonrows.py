"""JSON to raw columns: rows as lists or objects, alone or inside an exchange's answer, and pandas' own forms."""

import json
from typing import Any

import pyarrow as pa

from harness.workloads.topstepb.reading.columns import assign_roles
from harness.workloads.topstepb.reading.flaw import Flaw
from harness.workloads.topstepb.reading.jsonforms import rows_in
from harness.workloads.topstepb.reading.layout import names_by_position
from harness.workloads.topstepb.reading.raw import Raw

_WAY_OUT = 'write each row as an object that names its values, such as {"time": ..., "open": ...}'


def read_json(text: bytes) -> Raw:
    """Raw columns of a JSON document; raises Flaw when its rows do not all have one shape."""
    found = rows_in(_document(text))
    rows = found.rows
    if not rows:
        raise Flaw(f"the JSON list{f' {found.path!r}' if found.path else ''} is empty: there are no bars in it")
    if isinstance(rows[0], list):
        names, what = (found.names, found.what) if found.names else names_by_position(rows[0], _WAY_OUT)
        if len(names) != len(rows[0]):
            raise Flaw(f"the JSON rows have {len(rows[0])} values for {len(names)} names")
        note = f"JSON lists, {what}" if found.names else f"JSON lists without names, taken in the order of {what}"
        columns = dict(zip(names, _columns(rows, list, range(len(names))), strict=True))
    elif isinstance(rows[0], dict):
        names = tuple(rows[0])
        note = f"JSON objects{f', {found.what}' if found.what else ''}"
        columns = dict(zip(names, _columns(rows, dict, names), strict=True))
    else:
        raise Flaw(f"row 1 of the JSON list is {str(rows[0])[:40]!r}, neither a list nor an object")
    roles = assign_roles(names)
    table = pa.table({name: _to_arrow(columns[name]) for name in roles.used})
    where = f", found in {found.path!r}" if found.path else ""
    notes = (f"{note}{where}, {len(rows):,} rows",)
    return Raw(table=table, roles=roles, notes=notes, has_names=found.has_names)


def _document(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and lines[0].strip().endswith((b"}", b"]")):
            return _lines(lines)
        raise Flaw(f"the text is not valid JSON ({error}); it may be truncated") from None


def _lines(lines: list[bytes]) -> list[Any]:
    """A JSON value on each line, as pandas writes with `lines=True`."""
    values = []
    for row, line in enumerate(lines):
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            raise Flaw(f"the line is not valid JSON ({error}); it may be truncated", row=row) from None
    return values


def _columns(rows: list[Any], shape: type[list[Any]] | type[dict[str, Any]], keys: Any) -> list[list[Any]]:
    """Cells by column, once every row is of one type and has exactly the keys of the first."""
    expected = set(keys)
    for number, row in enumerate(rows):
        if not isinstance(row, shape):
            raise Flaw(f"the row is no {shape.__name__}, though row 1 is", row=number)
        found = set(row) if isinstance(row, dict) else set(range(len(row)))
        if found != expected:
            raise Flaw(f"its {len(found)} values do not match the {len(expected)} of row 1", row=number)
    return [[row[key] for row in rows] for key in keys]


def _to_arrow(cells: list[Any]) -> pa.ChunkedArray:
    """Cells as numbers where all are, else as text, so that whoever reads them can name the first bad one."""
    if any(isinstance(cell, bool) for cell in cells):
        cells = [str(cell) if isinstance(cell, bool) else cell for cell in cells]
    try:
        return pa.chunked_array([pa.array(cells)])
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.chunked_array([pa.array([None if cell is None else str(cell) for cell in cells], pa.string())])
