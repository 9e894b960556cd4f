"""A number for each living object: unlike an address it is never given to another one later, or in another process."""

import itertools
import os
import weakref
from typing import Any

_MOST = 4096
_known: "dict[int, tuple[weakref.ref[Any], int]]" = {}
_numbers = itertools.count(1)


def token_of(value: Any) -> str | None:
    """The object's; None for one that cannot be referred to weakly."""
    found = _known.get(id(value))
    if found is not None and found[0]() is value:
        return f"#{os.getpid()}.{found[1]}"
    try:
        reference = weakref.ref(value)
    except TypeError:
        return None
    if len(_known) >= _MOST:
        _known.clear()
    number = next(_numbers)
    _known[id(value)] = reference, number
    return f"#{os.getpid()}.{number}"
