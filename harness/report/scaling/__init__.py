"""How a study grows: from what a scaling's runs show to a summary, and the summary in four forms."""

from harness.report.scaling.builder import build

__all__ = ["build"]
