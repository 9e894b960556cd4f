"""Advice before a long run: from a probing and its records to a summary, and the summary in four forms."""

from harness.report.advice.builder import build

__all__ = ["build"]
