"""Rulings as JSON: the summary, number by number."""

import json

from harness.model.codec import encode
from harness.report.claims.summary import RulingsSummary
from harness.report.json_export import named

SCHEMA = 1


def render(summary: RulingsSummary) -> str:
    """JSON in a fixed order. Numbers of a claim are in the unit that its `scale` names, on the claim's own axis."""
    plain = {"schema": SCHEMA, "kind": "rulings", **named(encode(summary))}
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
