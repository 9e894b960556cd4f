"""Cells: one stored column to an array of float64, or the rows of the cells that are not numbers."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from harness.workloads.topstepb.reading.flaw import Flaw

Floats = npt.NDArray[np.float64]
MOST_BAD = 1000  # bad cells looked for one by one
_FEW = 0.5  # of the rows, up to which they can be corrected or removed one by one
PLAIN = "write plain numbers, as in 1234.5, without a sign or unit"
_DECIMAL_COMMA = re.compile(r"[-+]?\d[\d.]*(,\d+)+(\.\d*)?")


def to_floats(name: str, column: pa.ChunkedArray, way_out: str = PLAIN) -> tuple[Floats, str | None]:
    """The n cells as float64, without a copy where the file stores float64 in one piece, and a note on a conversion.

    Raises Flaw at the first cell that is empty or no number, with `way_out` where most are none. NaN and
    infinity pass: `checks` refuses them.
    """
    column = undictionary(column)
    refuse_nulls(name, column)
    kind = column.type
    if pa.types.is_float64(kind):
        return to_array(column), None
    if is_text(kind):
        trimmed = pc.utf8_trim_whitespace(column)
        return to_array(cast(name, trimmed, pa.float64(), "a number", way_out)), None
    if pa.types.is_decimal(kind):  # by way of its digits: dividing by a power of ten is off by the last bit
        return to_array(column.cast(pa.string()).cast(pa.float64())), None
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        note = f"{name!r} is stored as {kind} and widened to 64 bits" if pa.types.is_floating(kind) else None
        return to_array(cast(name, column, pa.float64(), "an exact 64-bit number", way_out)), note
    raise Flaw(f"column {name!r} holds {kind} values, not numbers")


def is_text(kind: pa.DataType) -> bool:
    """Whether a column is stored as text, in any of Arrow's layouts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def undictionary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with its cells written out where it is stored as codes (a pandas category)."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def refuse_nulls(name: str, column: pa.ChunkedArray) -> None:
    """Raise Flaw with the empty cells, if there are any."""
    if column.null_count == len(column) > 0:
        raise Flaw(f"{name!r} is empty in every row; fill the column or remove it")
    if column.null_count:
        rows = np.flatnonzero(column.is_null().to_numpy())
        raise Flaw(f"{name!r} is empty; fill the cell or remove the row", rows=rows.tolist())


def cast(
    name: str, column: pa.ChunkedArray, kind: pa.DataType, meaning: str, everywhere: str = PLAIN
) -> pa.ChunkedArray:
    """The column as another type; raises Flaw at the first cell that has no exact value there.

    `everywhere` is the way out where most cells have none.
    """
    try:
        return column.cast(kind)
    except pa.ArrowInvalid:
        rows = uncastable(column, kind)
        text = column[rows[0]].as_py()
        if isinstance(text, str) and _DECIMAL_COMMA.fullmatch(text.strip()):
            raise Flaw(
                f"{name!r} is {shown(column[rows[0]])}, with a comma in the number; write numbers with a point and no "
                "separator of thousands, as in 1234.5",
                rows=rows,
            ) from None
        way_out = "correct or remove the row"
        if len(rows) > _FEW * len(column) or len(rows) == MOST_BAD:  # to remove these rows would be to remove the file
            way_out = everywhere
        raise Flaw(f"{name!r} is {shown(column[rows[0]])}, not {meaning}; {way_out}", rows=rows) from None


def uncastable(column: pa.ChunkedArray, kind: pa.DataType) -> list[int]:
    """Rows of the cells that cannot be cast, the first MOST_BAD of them, found by halving; one must exist."""
    bad: list[int] = []
    pending = [(0, len(column))]
    while pending and len(bad) < MOST_BAD:
        low, high = pending.pop()
        if not _casts(column.slice(low, high - low), kind):
            if high - low == 1:
                bad.append(low)
            else:
                middle = (low + high) // 2
                pending += [(middle, high), (low, middle)]
    return bad


def _casts(column: pa.ChunkedArray, kind: pa.DataType) -> bool:
    try:
        column.cast(kind)
    except pa.ArrowInvalid:
        return False
    return True


def to_array(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """The column as NumPy sees it: the same memory when it is stored in one piece, else one copy. No nulls."""
    return column.chunk(0).to_numpy() if column.num_chunks == 1 else column.to_numpy()  # type: ignore[no-any-return]


def shown(cell: pa.Scalar) -> str:
    """A cell as a sentence quotes it: one short line, whatever it holds."""
    text = repr(cell.as_py())
    return text if len(text) <= 40 else text[:37] + "..."
