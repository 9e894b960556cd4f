"""What the stored row of a trial may hold: checked before it becomes a TrialRow, or a row of columns."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from harness.model.bounds import LAST_MOMENT_S, MOST_BYTES, MOST_COUNT, MOST_SECONDS, shown

_MOST_NAME = 10_000
_STATES = frozenset({"complete", "pruned", "fail"})
_NOT_NUMBERS = frozenset({"inf", "-inf", "nan"})  # as `encode_trial` writes them, which JSON cannot
_NUMBERS = (int, float)


def check_trial(row: Mapping[str, Any]) -> None:
    """Raise ValueError, naming the field, for a value that no trial can have; KeyError for a field that is missing."""
    for field, is_sound in _REQUIRED:
        if not is_sound(row[field]):
            raise ValueError(f"{field}: {shown(row[field])}")
    for field, value in row.items():
        if value is not None and field not in _KNOWN and not _check_of(field)(value):
            raise ValueError(f"{field}: {shown(value)}")


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOST_COUNT


def _is_signed(value: Any) -> bool:
    return type(value) is int and -1 <= value <= MOST_COUNT


def _is_size(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value <= MOST_BYTES)


def _is_moment(value: Any) -> bool:
    return type(value) in _NUMBERS and 0 <= value <= LAST_MOMENT_S


def _is_time(value: Any) -> bool:
    """Seconds that have passed. CPU may come out a little below none, as it is corrected afterwards."""
    return type(value) in _NUMBERS and -1.0 <= value <= MOST_SECONDS


def _is_share(value: Any) -> bool:
    return type(value) in _NUMBERS and 0 <= value <= 1


def _are_values(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_value, value)))


def _is_value(value: Any) -> bool:
    if type(value) is float or value in _NOT_NUMBERS:
        return True
    return type(value) is int and abs(value) <= MOST_COUNT


def _are_params(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_setting, value.values()))


def _is_setting(value: Any) -> bool:
    return not isinstance(value, dict) or len(value) <= _MOST_NAME


def _are_spans(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_span, value.values()))


def _is_span(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and _is_whole(value[0])
        and _is_passed(value[1])
        and _is_passed(value[2])
    )


def _is_passed(value: Any) -> bool:
    return type(value) in _NUMBERS and math.isfinite(value) and abs(value) <= MOST_SECONDS


def _are_calls(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_whole, value.values()))


def _are_segments(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_segment, value))


def _is_segment(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and _is_passed(value[1])
        and _is_passed(value[2])
    )


def _is_plain(value: Any) -> bool:
    """What a field of a later version may hold, as far as it is a number."""
    return type(value) not in _NUMBERS or (math.isfinite(value) and abs(value) <= MOST_COUNT)


_Check = Callable[[Any], bool]
_REQUIRED: tuple[tuple[str, _Check], ...] = (
    ("number", _is_signed),
    ("pid", _is_whole),
    ("state", lambda value: isinstance(value, str) and value in _STATES),
    ("values", _are_values),
    ("params", _are_params),
    ("started_s", _is_moment),
    ("wall_s", _is_time),
)
_OTHERS: Mapping[str, _Check] = {
    "kind": lambda value: True,
    "worker": _is_signed,
    "thread": _is_whole,
    "study": _is_whole,
    "native_thread": _is_signed,
    "open_at_once": _is_whole,
    "spans": _are_spans,
    "before": _are_spans,
    "calls": _are_calls,
    "segments": _are_segments,
    "share": _is_share,
}
_KNOWN = frozenset(field for field, _ in _REQUIRED)


def _check_of(field: str) -> _Check:
    """The check of a field that may be missing: its own, or by the unit in which its name ends."""
    own = _OTHERS.get(field)
    if own is not None:
        return own
    return _is_time if field.endswith("_s") else _is_size if field.endswith("_bytes") else _is_plain
