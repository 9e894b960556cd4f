"""Parameters as the user knows them, from the number and the distribution that Optuna stores."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from harness.model.plan import Setting

_KINDS = 4_096  # texts of distributions that are kept parsed: a study has few, unless each trial has bounds of its own


def external(distribution_json: str, value: float | None) -> Setting | None:
    """The parameter's value: a choice for a category, a whole number for an int.

    What cannot be understood stays the stored number: it is shown and compared, never calculated with.
    """
    if value is None:
        return None
    kind = _parse(distribution_json)
    if isinstance(kind, bool):
        return int(value) if kind else value
    index = int(value)
    return kind[index] if 0 <= index < len(kind) else value


@lru_cache(maxsize=_KINDS)
def _parse(distribution_json: str) -> bool | Sequence[Any]:
    """The choices of a category; otherwise whether the parameter is an int."""
    try:
        data = json.loads(distribution_json)
        name = str(data.get("name", data.get("type", "")))
        attributes = data.get("attributes", data)
        if name.lower().startswith("categorical"):
            return tuple(attributes["choices"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return name.lower().startswith("int")
