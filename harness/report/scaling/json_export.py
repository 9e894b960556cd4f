"""A scaling as JSON: the summary with the unit of each number in its key."""

from harness.report.documents import document
from harness.report.scaling.summary import ScalingSummary

KIND = "scaling"


def render(summary: ScalingSummary) -> str:
    """JSON in a fixed order; see `document`."""
    return document(KIND, summary)
