"""JSON to raw columns: a list of lists in a known order, or a list of objects with names."""

import json
from typing import Any

import pyarrow as pa

from harness.workloads.topstepb.reading.columns import assign_roles
from harness.workloads.topstepb.reading.delimited import names_by_position
from harness.workloads.topstepb.reading.flaw import Flaw
from harness.workloads.topstepb.reading.raw import Raw


def read_json(text: bytes) -> Raw:
    """Raw columns of a JSON document; raises Flaw when its rows do not all have one shape."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Flaw(f"the text is not valid JSON ({error}); it may be truncated, or hold one object per line") from None
    if not isinstance(rows, list):
        raise Flaw("the JSON document is an object; a list of rows is needed, as exchanges return it")
    if not rows:
        raise Flaw("the JSON list is empty: there are no bars in it")
    if isinstance(rows[0], list):
        names, what = names_by_position(len(rows[0]))
        note = f"JSON lists without names, taken in the order of {what}"
        columns = dict(zip(names, _columns(rows, list, range(len(names))), strict=True))
    elif isinstance(rows[0], dict):
        names = tuple(rows[0])
        note = "JSON objects"
        columns = dict(zip(names, _columns(rows, dict, names), strict=True))
    else:
        raise Flaw(f"row 1 of the JSON list is {str(rows[0])[:40]!r}, neither a list nor an object")
    roles = assign_roles(names)
    table = pa.table({name: _to_arrow(columns[name]) for name in roles.used})
    return Raw(table=table, roles=roles, notes=(f"{note}, {len(rows):,} rows",))


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
