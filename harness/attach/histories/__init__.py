"""Existing studies read from their storage, read-only and without Optuna: databases and journal files."""
