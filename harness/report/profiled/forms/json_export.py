"""The JSON renderer of profiled runs: the summary with the unit of each number in its key, and back again."""

import json

from harness.errors import RecordError
from harness.model.codec import decode, encode
from harness.report.json_export import named, unnamed
from harness.report.profiled.summary import ProfileReport

SCHEMA = 1
KIND = "profile"


def render(report: ProfileReport) -> str:
    """JSON in a fixed order. A measure's value is called `value_s`, `value_bytes`, ... after its unit."""
    plain = {"schema": SCHEMA, "kind": KIND, **named(encode(report))}
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def parse(text: str) -> ProfileReport:
    """The report that `render` wrote. Raises RecordError for anything else."""
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise RecordError(f"the report is damaged ({error}): render it again from its records") from error
    if not isinstance(plain, dict) or plain.get("schema") != SCHEMA or plain.get("kind") != KIND:
        raise RecordError(f"this is no report of a profile with schema {SCHEMA}: render it again from its records")
    return decode(ProfileReport, unnamed({key: value for key, value in plain.items() if key not in ("schema", "kind")}))
