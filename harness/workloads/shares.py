"""A share of what a source brings: rows of tables and arrays, whatever library made them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

from harness.errors import InputError

T = TypeVar("T")
Ranges = Callable[[int], list[range]]
_PLAIN = (str, bytes, int, float, complex, bool, type(None))  # beside tables in a tuple: names, rates


class UncutError(InputError):
    """What a source brings has no rows that could be cut; the sentence says what it is."""


def leading(value: T, share: float) -> T:
    """The first rows of `value`, so many that they are `share` of them, and at least one; see `taken`."""
    check_share(share)
    return value if share == 1 else taken(value, lambda rows: [range(count_of(rows, share))])


def taken(value: T, ranges: Ranges) -> T:
    """The rows of `value` in those ranges, which are given for the number of rows that there are.

    Cut are pandas and Polars frames, series and indexes, NumPy arrays, Arrow tables and arrays, SciPy's sparse rows and
    lists of records; in tuples, lists and dicts of such, each by itself. Raises UncutError for anything else, and where
    there is no row.
    """
    cut: T = _cut(value, ranges)
    return cut


def leading_block(rows: int, share: float, blocks: int, block: int) -> range:
    """One of `blocks` equal parts of the first rows."""
    count = count_of(rows, share)
    edges = [round(count * index / blocks) for index in (block, block + 1)]
    return range(edges[0], max(edges[1], edges[0] + 1)) if edges[0] < count else range(count - 1, count)


def block_ranges(rows: int, share: float, blocks: int) -> list[range]:
    """The rows of each block, in order: they do not overlap, and are as many together as `leading` takes.

    Fewer than `blocks` where there are fewer rows to take.
    """
    if blocks < 1:
        raise InputError(f"a portion has at least one block, not {blocks}")
    count = count_of(rows, share)
    blocks = min(blocks, count)
    edges = [round(count * index / blocks) for index in range(blocks + 1)]
    skipped = rows - count
    gaps = [0] if blocks == 1 else [skipped * index // (blocks - 1) for index in range(blocks)]
    return [range(low + gap, high + gap) for (low, high), gap in zip(pairwise(edges), gaps, strict=True)]


def count_of(rows: int, share: float) -> int:
    """How many of so many rows a share is: at least one."""
    return min(rows, max(1, round(rows * share)))


def check_share(share: float) -> None:
    """Raise InputError for what is no share."""
    if not 0 < share <= 1:
        raise InputError(f"a share of the data is above 0 and at most 1, not {share}")


def _cut(value: Any, ranges: Ranges) -> Any:
    if is_table(value):
        return _rows(value, _found(len_of(value), ranges, value))
    if isinstance(value, dict) and any(_holds_rows(item) for item in value.values()):
        return {key: _cut_or_keep(item, ranges) for key, item in value.items()}
    if isinstance(value, tuple) and any(_holds_rows(item) for item in value):
        parts = [_cut_or_keep(item, ranges) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, list):
        if any(is_table(item) for item in value):
            return [_cut_or_keep(item, ranges) for item in value]
        return [item for rows in _found(len(value), ranges, value) for item in value[rows.start : rows.stop]]
    raise UncutError(
        f"a source brings a {type(value).__name__}, which has no rows to take a share of: return a table or an array, "
        "or a tuple, list or dict of them, or say how it is cut: @harness.source(cut=...)"
    )


def _cut_or_keep(item: Any, ranges: Ranges) -> Any:
    return item if isinstance(item, _PLAIN) else _cut(item, ranges)


def _holds_rows(item: Any) -> bool:
    return not isinstance(item, _PLAIN) and (is_table(item) or isinstance(item, list | tuple | dict))


def is_table(value: Any) -> bool:
    """Known by what they can do, as none of their libraries need be installed."""
    if hasattr(value, "iloc") or _library(value) == "polars":
        return True
    if _library(value) == "pyarrow":
        return hasattr(value, "slice")
    return bool(getattr(value, "shape", ())) and hasattr(value, "__getitem__")


def _library(value: Any) -> str:
    return type(value).__module__.partition(".")[0]


def len_of(value: Any) -> int:
    """Rows of a table; a sparse matrix has a shape and refuses `len`."""
    return int(value.shape[0]) if getattr(value, "shape", ()) else len(value)


def _found(rows: int, ranges: Ranges, value: Any) -> list[range]:
    if rows == 0:
        raise UncutError(f"a source brings a {type(value).__name__} without a row: there is nothing to take a share of")
    return ranges(rows)


def _rows(value: Any, ranges: list[range]) -> Any:
    """A view where the rows are one range; several are copied together."""
    if len(ranges) == 1:
        return _slice(value, ranges[0])
    import numpy as np

    chosen = np.concatenate([np.arange(rows.start, rows.stop) for rows in ranges])
    if hasattr(value, "iloc"):
        return value.iloc[chosen]
    return value.take(chosen) if _library(value) == "pyarrow" else value[chosen]


def _slice(value: Any, rows: range) -> Any:
    if hasattr(value, "iloc"):
        return value.iloc[rows.start : rows.stop]
    if hasattr(value, "slice") and _library(value) in ("pyarrow", "polars"):
        return value.slice(rows.start, len(rows))
    return value[rows.start : rows.stop]
