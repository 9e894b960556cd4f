"""About how many bytes a value is as JSON, found by a few looks: at most microseconds, however large it is."""

from itertools import islice
from typing import Any

NUMBER_BYTES = 8
_NULL_BYTES = 4
_MOST_LOOKS = 6  # items and keys that are looked at, in all
_APIECE = 3  # of one container
_DEEPEST = 4
_LARGEST = 2**50  # of what a value claims of itself


def size_of(value: Any) -> int:
    """A number counts as eight bytes, a text as its length; a container as its first, middle and last items say.

    What JSON cannot hold, or what fails when it is looked at, counts nothing. Never raises.
    """
    try:
        return min(_size(value, [_MOST_LOOKS], 0), _LARGEST)
    except Exception:  # a subclass of the user's own may do anything when it is asked for its items
        return 0


def _size(value: Any, looks: list[int], depth: int) -> int:
    kind = type(value)
    if kind is float or kind is int or kind is bool:
        return NUMBER_BYTES
    if kind is str or kind is bytes:
        return len(value)
    if value is None:
        return _NULL_BYTES
    if not isinstance(value, (list, tuple, dict)) or depth > _DEEPEST:
        return NUMBER_BYTES if isinstance(value, (int, float)) else 0
    items = len(value)
    if not items:
        return 2
    looked, total = 0, 0
    for item in _some(value, items):
        if looks[0] <= 0 and looked:
            break
        looks[0] -= 1
        looked += 1
        total += _size(item, looks, depth + 1) + 2  # a comma and a blank
        if kind is dict:
            total += _size(value[item], looks, depth + 1) + 4  # quotes, a colon and a blank
    return 2 + total * items // looked


def _some(value: Any, items: int) -> Any:
    """Keys of a dict, items of a sequence: all of few, else the first ones, or those at the ends and in the middle."""
    if isinstance(value, dict):
        return islice(value, _APIECE)
    return value if items <= _APIECE else (value[0], value[items // 2], value[-1])
