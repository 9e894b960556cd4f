"""Frozen dataclasses to plain JSON data and back, by their type hints; a wrong field is named by its path."""

import dataclasses
import types
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from harness.errors import InputError, RecordError
from harness.model.bounds import Within, number_rule, shown

T = TypeVar("T")


def encode(value: Any) -> Any:
    """Dataclasses to dicts, enums to their values, tuples to lists; the rest must be JSON's own types."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [encode(item) for item in value]
    return value


def decode(kind: type[T], data: Any, at: str = "") -> T:
    """Build `kind` from plain data. Unknown, missing or mistyped fields raise RecordError with the field's path."""
    result: T = _decode(kind, data, at or kind.__name__)
    return result


def _decode(kind: Any, data: Any, at: str) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return data
    if origin is Annotated:
        return _decode_ruled(get_args(kind), data, at)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(kind), data, at)
    if origin is tuple:
        return _decode_tuple(get_args(kind), data, at)
    if origin is not None and issubclass(origin, Mapping):
        return _decode_mapping(get_args(kind), data, at)
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, data, at)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _decode_enum(kind, data, at)
    return _decode_scalar(kind, data, at)


def _decode_ruled(kinds: tuple[Any, ...], data: Any, at: str) -> Any:
    value = _decode(kinds[0], data, at)
    for rule in kinds[1:]:
        refusal = rule.refusal(value)
        if refusal is not None:
            raise RecordError(f"{at}: {refusal}")
    return value


def _decode_union(kinds: tuple[Any, ...], data: Any, at: str) -> Any:
    if data is None and types.NoneType in kinds:
        return None
    problems = []
    for kind in kinds:
        if kind is types.NoneType:
            continue
        try:
            return _decode(kind, data, at)
        except RecordError as problem:
            problems.append(str(problem))
    raise RecordError(problems[0] if len(problems) == 1 else f"{at}: no form of this field accepts {shown(data)}")


def _decode_tuple(kinds: tuple[Any, ...], data: Any, at: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise RecordError(f"{at}: expected a list, found {type(data).__name__}")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_decode(kinds[0], item, f"{at}[{index}]") for index, item in enumerate(data))
    if len(kinds) != len(data):
        raise RecordError(f"{at}: expected {len(kinds)} items, found {len(data)}")
    return tuple(
        _decode(kind, item, f"{at}[{index}]") for index, (kind, item) in enumerate(zip(kinds, data, strict=True))
    )


def _decode_mapping(kinds: tuple[Any, ...], data: Any, at: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise RecordError(f"{at}: expected an object, found {type(data).__name__}")
    return {key: _decode(kinds[1], item, f"{at}.{key}") for key, item in data.items()}


def _decode_dataclass(kind: Any, data: Any, at: str) -> Any:
    if not isinstance(data, dict):
        raise RecordError(f"{at}: expected an object, found {type(data).__name__}")
    hints, required = _shape(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise RecordError(f"{at}: unknown field {shown(unknown[0])}; known are {', '.join(hints)}")
    missing = [name for name in required if name not in data]
    if missing:
        raise RecordError(f"{at}: field {missing[0]!r} is missing")
    values = {name: _decode(hints[name], item, f"{at}.{name}") for name, item in data.items()}
    try:
        return kind(**values)
    except InputError as problem:  # each field is of its type, but together they are refused
        raise RecordError(f"{at}: {problem}") from problem


@cache
def _shape(kind: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    hints = get_type_hints(kind, include_extras=True)
    fields = dataclasses.fields(kind)
    required = tuple(
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )
    return {field.name: hints[field.name] for field in fields}, required


def _decode_enum(kind: type[Enum], data: Any, at: str) -> Enum:
    try:
        return kind(data)
    except ValueError:
        choices = ", ".join(repr(member.value) for member in kind)
        raise RecordError(f"{at}: {shown(data)} is not one of {choices}") from None


def _decode_scalar(kind: Any, data: Any, at: str) -> Any:
    is_number = kind in (int, float)
    is_taken = isinstance(data, int | float) if kind is float else isinstance(data, kind)
    if not is_taken or (isinstance(data, bool) and kind is not bool):
        raise RecordError(f"{at}: expected {kind.__name__}, found {shown(data)}")
    if not is_number:
        return data
    refusal = _range(at, is_whole=kind is int).refusal(data)
    if refusal is not None:
        raise RecordError(f"{at}: {refusal}")
    return kind(data)


def _range(at: str, *, is_whole: bool) -> Within:
    """The field that a number stands in, at the end of its path: `Outcome.wall_s`, `SamplerCost.cpu_s[3]`."""
    return number_rule(at.rpartition(".")[2].partition("[")[0], is_whole=is_whole)
