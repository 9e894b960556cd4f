"""By what a call of a marked function is known in other processes: the function, what it closes over, its arguments."""

import dataclasses
import hashlib
import os
import pickle
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any


class UnknownCallError(Exception):
    """A call has nothing by which another process could know it; the text says why, as a clause."""


def call_digest(function: Callable[..., Any], *arguments: Any) -> str:
    """Short text that is the same in every process for the same function with the same arguments."""
    closed = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
    defaults = getattr(function, "__defaults__", None)
    named = [getattr(function, "__module__", ""), getattr(function, "__qualname__", type(function).__qualname__)]
    text = _text([named, closed, defaults, arguments])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _text(value: Any) -> str:
    """Values that compare by what they are, as text in which no two of them are the same."""
    kind = type(value).__qualname__
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return f"{kind}:{value!r}"
    if isinstance(value, Enum):
        return f"{kind}.{value.name}"
    if isinstance(value, os.PathLike):
        return f"path:{os.fspath(value)!r}"
    if isinstance(value, list | tuple):
        return f"{kind}[{','.join(map(_text, value))}]"
    if isinstance(value, Mapping):
        return f"{kind}{{{','.join(sorted(f'{_text(key)}={_text(item)}' for key, item in value.items()))}}}"
    if isinstance(value, set | frozenset):
        return f"{kind}{{{','.join(sorted(map(_text, value)))}}}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value) if field.compare)
        return f"{kind}({','.join(f'{name}={_text(item)}' for name, item in fields)})"
    return f"{kind}#{_pickle_digest(value)}"


def _pickle_digest(value: Any) -> str:
    try:
        return hashlib.sha256(pickle.dumps(value, protocol=5)).hexdigest()
    except Exception as error:  # whatever the `__reduce__` of a class of the user's own raises
        kind = type(value).__name__
        raise UnknownCallError(f"no other process could tell a {kind} that it is called with ({error})") from error
