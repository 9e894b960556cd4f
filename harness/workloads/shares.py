"""The leading share of what a source brings: the first rows of tables and arrays, whatever library made them."""

from typing import Any, TypeVar

from harness.errors import InputError

T = TypeVar("T")
_PLAIN = (str, bytes, int, float, complex, bool, type(None))  # beside tables in a tuple: names, rates


class UncutError(InputError):
    """What a source brings has no rows that could be cut; the sentence says what it is."""


def leading(value: T, share: float) -> T:
    """The first rows of `value`, so many that they are `share` of them, and at least one.

    Cut are pandas and Polars frames, series and indexes, NumPy arrays, Arrow tables and arrays, SciPy's sparse rows and
    lists of records; in tuples, lists and dicts of such, each by itself. Raises UncutError for anything else, and where
    there is no row.
    """
    if not 0 < share <= 1:
        raise InputError(f"a share of the data is above 0 and at most 1, not {share}")
    return value if share == 1 else _cut(value, share)


def _cut(value: Any, share: float) -> Any:
    if _is_table(value):
        return _rows(value, _first(len_of(value), share, value))
    if isinstance(value, dict) and any(_holds_rows(item) for item in value.values()):
        return {key: _cut_or_keep(item, share) for key, item in value.items()}
    if isinstance(value, tuple) and any(_holds_rows(item) for item in value):
        parts = [_cut_or_keep(item, share) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, list):
        if any(_is_table(item) for item in value):
            return [_cut_or_keep(item, share) for item in value]
        return value[: _first(len(value), share, value)]
    raise UncutError(
        f"a source brings a {type(value).__name__}, which has no rows to take the first of: "
        "return a table or an array, or a tuple, list or dict of them"
    )


def _cut_or_keep(item: Any, share: float) -> Any:
    return item if isinstance(item, _PLAIN) else _cut(item, share)


def _holds_rows(item: Any) -> bool:
    return not isinstance(item, _PLAIN) and (_is_table(item) or isinstance(item, list | tuple | dict))


def _is_table(value: Any) -> bool:
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


def _rows(value: Any, count: int) -> Any:
    if hasattr(value, "iloc"):
        return value.iloc[:count]
    if hasattr(value, "slice") and _library(value) in ("pyarrow", "polars"):
        return value.slice(0, count)
    return value[:count]


def _first(rows: int, share: float, value: Any) -> int:
    if rows == 0:
        raise UncutError(f"a source brings a {type(value).__name__} without a row: there is nothing to take a share of")
    return max(1, round(rows * share))
