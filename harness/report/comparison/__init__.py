"""The report on a comparison: its summary, decided once, and four forms of it."""

from harness.report.comparison.builder import build
from harness.report.comparison.write import write_report

__all__ = ["build", "write_report"]
