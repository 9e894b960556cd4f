"""The JSON form of a reproduction: the summary with the unit of each number in its key, and back again."""

from harness.report.documents import document, read_document
from harness.report.summary import Summary

KIND = "reproduction"


def render(summary: Summary) -> str:
    """JSON in a fixed order; see `document`."""
    return document(KIND, summary)


def parse(text: str) -> Summary:
    """The summary that `render` wrote. Raises RecordError for anything else."""
    return read_document(KIND, text, Summary)
