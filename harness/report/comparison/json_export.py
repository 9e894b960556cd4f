"""A comparison as JSON, with the unit of each number in its key, and back again."""

from harness.report.comparison.summary import ComparisonSummary
from harness.report.documents import document, read_document

KIND = "comparison"


def render(summary: ComparisonSummary) -> str:
    """JSON in a fixed order; see `document`."""
    return document(KIND, summary)


def parse(text: str) -> ComparisonSummary:
    """The summary that `render` wrote. Raises RecordError for anything else."""
    return read_document(KIND, text, ComparisonSummary)
