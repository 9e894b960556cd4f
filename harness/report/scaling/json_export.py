"""A scaling as JSON: the summary with the unit of each number in its key."""

import json

from harness.model.codec import encode
from harness.report.json_export import named
from harness.report.scaling.summary import ScalingSummary

SCHEMA = 1


def render(summary: ScalingSummary) -> str:
    """JSON in a fixed order; a measure's value is called `value_s`, `value_ratio`, ... after its unit."""
    plain = {"schema": SCHEMA, "kind": "scaling", **named(encode(summary))}
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
