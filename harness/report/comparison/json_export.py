"""A comparison as JSON, with the unit of each number in its key, and back again."""

import json

from harness.errors import RecordError
from harness.model.codec import decode, encode
from harness.report.comparison.summary import ComparisonSummary
from harness.report.json_export import named, unnamed

SCHEMA, KIND = 1, "comparison"


def render(summary: ComparisonSummary) -> str:
    """JSON in a fixed order; a measure's value is called `value_s`, `value_ratio`, ... after its unit."""
    plain = {"schema": SCHEMA, "kind": KIND, **named(encode(summary))}
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def parse(text: str) -> ComparisonSummary:
    """The summary that `render` wrote. Raises RecordError for anything else."""
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise RecordError(f"the report is damaged ({error}): render it again from its records") from error
    if not isinstance(plain, dict) or (plain.get("schema"), plain.get("kind")) != (SCHEMA, KIND):
        raise RecordError(f"this is no report of a comparison with schema {SCHEMA}: render it again from its records")
    data = {key: value for key, value in plain.items() if key not in ("schema", "kind")}
    return decode(ComparisonSummary, unnamed(data))
