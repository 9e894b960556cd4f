"""Profiles of runs in, one report out: findings on top, and all that they rest on."""

from harness.report.profiled.builder import Profiled, build

__all__ = ["Profiled", "build"]
