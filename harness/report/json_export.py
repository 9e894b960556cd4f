"""The JSON renderer: the summary with the unit of each number in its key, and back again."""

import json
from typing import Any

from harness.errors import RecordError
from harness.model.codec import decode, encode
from harness.report.summary import Summary

SCHEMA = 1
_BOUNDS = ("value", "low", "high")


def render(summary: Summary) -> str:
    """JSON in a fixed order. A measure's value is called `value_s`, `value_bytes`, ... after its unit."""
    plain = {"schema": SCHEMA, "kind": "reproduction", **named(encode(summary))}
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def parse(text: str) -> Summary:
    """The summary that `render` wrote. Raises RecordError for anything else."""
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise RecordError(f"the report is damaged ({error}): render it again from its records") from error
    if not isinstance(plain, dict) or plain.get("schema") != SCHEMA or plain.get("kind") != "reproduction":
        raise RecordError(f"this is no report of a reproduction with schema {SCHEMA}: render it again from its records")
    return decode(Summary, unnamed({key: value for key, value in plain.items() if key not in ("schema", "kind")}))


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
