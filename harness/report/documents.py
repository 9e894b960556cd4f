"""Reports as JSON documents: a summary with the unit of each number in its key, and back again."""

import json
from typing import Any, TypeVar

from harness.errors import RecordError
from harness.model.codec import decode, encode

SCHEMA = 1
_BOUNDS = ("value", "low", "high")

T = TypeVar("T")


def document(kind: str, summary: Any) -> str:
    """JSON in a fixed order; a measure's value is called `value_s`, `value_bytes`, ... after its unit."""
    plain = {"schema": SCHEMA, "kind": kind, **named(encode(summary))}
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def read_document(kind: str, text: str, summary: type[T]) -> T:
    """What `document` wrote, as a `summary`. Raises RecordError for anything else."""
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise RecordError(f"the report is damaged ({error}): render it again from its records") from error
    if not isinstance(plain, dict) or (plain.get("schema"), plain.get("kind")) != (SCHEMA, kind):
        raise RecordError(f"this is no report of a {kind} with schema {SCHEMA}: render it again from its records")
    return decode(summary, unnamed({key: value for key, value in plain.items() if key not in ("schema", "kind")}))


def named(data: Any) -> Any:
    """Plain data: measures with their unit moved into the keys of their numbers."""
    if isinstance(data, list):
        return [named(item) for item in data]
    if not isinstance(data, dict):
        return data
    if _is_measure(data):
        return {f"{key}_{data['unit']}" if key in _BOUNDS else key: value for key, value in data.items()}
    return {key: named(value) for key, value in data.items()}


def unnamed(data: Any) -> Any:
    """What `named` was given."""
    if isinstance(data, list):
        return [unnamed(item) for item in data]
    if not isinstance(data, dict):
        return data
    if _is_measure(data):
        return {key.removesuffix(f"_{data['unit']}"): value for key, value in data.items()}
    return {key: unnamed(value) for key, value in data.items()}


def _is_measure(data: dict[str, Any]) -> bool:
    return "unit" in data and "basis" in data and "missing" in data
