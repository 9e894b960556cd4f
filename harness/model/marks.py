"""What marked sources and features did in a run, as counted by its processes: one file of each in the run's folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

GLOB = "marks-*.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCalls:
    """One source, by its name."""

    calls: int
    loads: int  # calls that loaded; the others were given what was there
    rows: int | None  # of the largest table that it brought, before it was cut; None where it brings none
    bytes: int | None  # of what it brought, the largest
    mapped_bytes: int = 0  # that all workers share, where it is shared
    pickled_bytes: int = 0  # that each worker holds for itself, though it is shared
    unshared: str | None = None  # why a part or all of it is not shared


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureCalls:
    """One feature, by its name."""

    calls: int
    distinct: int  # sets of arguments, each share of the data by itself
    hits: int  # calls that were given what had been computed
    gridded: bool  # declares a grid
    outside: int = 0  # calls that the grid does not hold, where it was to be precomputed
    unkept: int = 0  # calls whose result could not be kept: arguments without a hash, or too large


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Every source and feature that was called, by name."""

    sources: Mapping[str, SourceCalls] = field(default_factory=dict)
    features: Mapping[str, FeatureCalls] = field(default_factory=dict)


def marks_path(folder: Path, worker: int) -> Path:
    """Where one worker of a run keeps what it counted."""
    return folder / f"marks-{worker}.json"
