"""The report on a ledger of claims: its summary, decided once, and four forms of it."""

from harness.report.claims.builder import build

__all__ = ["build"]
