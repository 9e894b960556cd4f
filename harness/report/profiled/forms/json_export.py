"""The JSON form of profiled runs: the summary with the unit of each number in its key, and back again."""

from harness.report.documents import document, read_document
from harness.report.profiled.summary import ProfileReport

KIND = "profile"


def render(report: ProfileReport) -> str:
    """JSON in a fixed order; see `document`."""
    return document(KIND, report)


def parse(text: str) -> ProfileReport:
    """The report that `render` wrote. Raises RecordError for anything else."""
    return read_document(KIND, text, ProfileReport)
