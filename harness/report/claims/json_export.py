"""Rulings as JSON: the summary, number by number."""

from harness.report.claims.summary import RulingsSummary
from harness.report.documents import document

KIND = "rulings"


def render(summary: RulingsSummary) -> str:
    """JSON in a fixed order. Numbers of a claim are in the unit that its `scale` names, on the claim's own axis."""
    return document(KIND, summary)
