"""How large a value is: its rows and bytes, whatever library made it, and the parts of it that are Python objects."""

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from harness.workloads.shares import is_table, len_of

_DEEPEST = 6  # of tuples in lists in dataclasses: what lies deeper is not counted


def rows_in(value: Any) -> int | None:
    """Rows of the largest table or array in `value`; None where there is none."""
    return max((len_of(part) for part in parts_of(value) if is_table(part)), default=None)


def bytes_in(value: Any) -> int:
    """Bytes that `value` takes, the same memory counted as often as it is named."""
    return sum(_bytes(part) for part in parts_of(value))


def objects_in(value: Any) -> tuple[str, ...]:
    """The parts that hold Python objects, which cannot be mapped: names of columns, or kinds."""
    return tuple(name for part in parts_of(value) for name in _objects(part))


def parts_of(value: Any, depth: int = 0) -> Iterator[Any]:
    """Tables, arrays and plain values in a value: in its tuples, lists, dicts and dataclasses, each by itself."""
    if depth < _DEEPEST and not is_table(value):
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            for field in dataclasses.fields(value):
                yield from parts_of(getattr(value, field.name), depth + 1)
            return
        if isinstance(value, Mapping):
            value = tuple(value.values())
        if isinstance(value, tuple | list) and any(_may_hold(item) for item in value):
            for item in value:
                yield from parts_of(item, depth + 1)
            return
    yield value


def _may_hold(item: Any) -> bool:
    return is_table(item) or isinstance(item, tuple | list | Mapping) or dataclasses.is_dataclass(item)


def _bytes(part: Any) -> int:
    usage = getattr(part, "memory_usage", None)
    if callable(usage):  # pandas: a number for a series or an index, one per column for a frame
        found = usage(deep=True)
        return int(found if isinstance(found, int) else found.sum())
    for name in ("nbytes", "estimated_size"):
        found = getattr(part, name, None)
        if found is not None:
            return int(found() if callable(found) else found)
    if hasattr(part, "data") and hasattr(part.data, "nbytes"):  # SciPy's sparse matrices
        return int(part.data.nbytes)
    if isinstance(part, list | tuple | set | frozenset):
        return sys.getsizeof(part) + sum(sys.getsizeof(item) for item in part)
    return sys.getsizeof(part)


def _objects(part: Any) -> Iterator[str]:
    if hasattr(part, "dtypes") and hasattr(part, "columns") and hasattr(part, "iloc"):
        yield from (f"column {name!r}" for name, dtype in part.dtypes.items() if _is_object(dtype))
    elif _is_object(getattr(part, "dtype", None)):
        yield f"{type(part).__name__} of objects"
    elif isinstance(part, list | tuple | set | dict):
        yield type(part).__name__


def _is_object(dtype: Any) -> bool:
    return str(dtype) == "object"
