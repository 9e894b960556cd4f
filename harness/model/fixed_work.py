"""A piece of work that is always the same, timed: how much a busy machine inflates CPU."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedWork:
    """What one round of it took: the mean over its repeats."""

    cpu_s: float
    wall_s: float
