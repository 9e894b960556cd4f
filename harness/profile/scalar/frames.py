"""Which library frames are the access of a single value, and which take many at once though they begin alike."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from harness.model.stacks import Frame


class Access(Enum):
    """What the library was asked for below a line."""

    VALUE = "value"  # one value or one row of a pandas object, read or written
    GROWTH = "growth"  # a table or array copied with one row more
    PIECE = "piece"  # a table made: of one row, where it is then added to another


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """Public functions of a library by which an access begins."""

    file: re.Pattern[str]
    names: frozenset[str]  # the last part of the qualified name
    access: Access


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _entry(file: str, names: str, access: Access) -> _Entry:
    return _Entry(file=re.compile(rf"[/\\]{file}$"), names=_words(names), access=access)


_ENTRIES = (
    _entry(r"pandas/core/indexing\.py", "iloc loc iat at __getitem__ __setitem__", Access.VALUE),
    _entry(r"pandas/core/series\.py", "__getitem__ __setitem__ _get_value _set_value", Access.VALUE),
    _entry(r"pandas/core/frame\.py", "__getitem__ _get_value _set_value", Access.VALUE),
    _entry(r"pandas/core/generic\.py", "__getattr__ __getitem__ __setitem__", Access.VALUE),
    _entry(r"pandas/core/(?:frame|series)\.py", "__init__", Access.PIECE),
    _entry(r"pandas/core/reshape/concat\.py", "concat", Access.GROWTH),
    _entry(r"pandas/core/(?:frame|series|generic)\.py", "append _append", Access.GROWTH),
    _entry(r"numpy/lib/\w*function_base\w*\.py", "append insert", Access.GROWTH),
    _entry(r"numpy/_?core/(?:shape_base|fromnumeric|multiarray)\.py", "vstack hstack concatenate", Access.GROWTH),
)
# A row written below the last one begins as the access of a value does.
_ENLARGING = frozenset({"_setitem_with_indexer_missing"})
# What takes many values at once: masks, slices, lists of labels, and what they lead to.
_MANY = _words(
    "_getbool_axis _get_slice_axis _get_list_axis _getitem_iterable _getitem_bool_array _getitem_slice "
    "_getitem_multilevel _setitem_array _setitem_frame _setitem_slice check_bool_indexer slice_indexer "
    "slice_locs take take_nd _take_with_is_copy _take reindex _reindex_with_indexers reindex_indexer "
    "get_loc_level get_indexer get_indexer_for _get_indexer_strict _where where"
)


def access_of(below: Sequence[Frame]) -> Access | None:
    """What the frames below a line of the user's show; None for other work, for many values, and for no frames."""
    if not below:
        return None
    entry = next((found for frame in below[:2] if (found := _entry_of(frame)) is not None), None)
    if entry is None:
        return None
    names = {_name(frame) for frame in below}
    if names & _ENLARGING:
        return Access.GROWTH
    if entry.access is Access.VALUE and names & _MANY:
        return None
    return entry.access


def _entry_of(frame: Frame) -> _Entry | None:
    name = _name(frame)
    return next((entry for entry in _ENTRIES if name in entry.names and entry.file.search(frame.file)), None)


def _name(frame: Frame) -> str:
    return frame.function.rpartition(".")[2]
