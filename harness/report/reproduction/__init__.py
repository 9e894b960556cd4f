"""Records of a reproduction in, one Summary out: which arms stand for what the seed measured, and how."""

from harness.report.reproduction.builder import build

__all__ = ["build"]
