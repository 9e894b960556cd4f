"""The report on a comparison: its summary, decided once, and four forms of it."""

from harness.report.comparison.builder import build

__all__ = ["build"]
