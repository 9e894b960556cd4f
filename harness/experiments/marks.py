"""What a run's marked sources and features did, over all its workers; and how large its data was."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from harness.model.codec import decode
from harness.model.marks import GLOB, FeatureCalls, Marks, SourceCalls
from harness.model.record import Record
from harness.model.store import read_json

T = TypeVar("T")


def read_marks(folder: Path) -> Marks:
    """What the workers of a run counted, added up; empty for a run in which nothing marked was called.

    A worker writes its part as it ends: one that was killed has none.
    """
    parts = [decode(Marks, read_json(path) or {}, str(path)) for path in sorted(folder.glob(GLOB))]
    sources = _by_name([part.sources for part in parts])
    features = _by_name([part.features for part in parts])
    return Marks(
        sources={name: _source(found) for name, found in sources.items()},
        features={name: _feature(found) for name, found in features.items()},
    )


def rows_of(record: Record) -> int | None:
    """Rows of the largest table that a source of the run brought; else the bars that the workload's facts name."""
    rows = [source.rows for source in read_marks(record.folder).sources.values() if source.rows is not None]
    if rows:
        return max(rows)
    bars = record.facts.get("bars")
    return bars if isinstance(bars, int) else None


def _by_name(parts: Sequence[Mapping[str, T]]) -> dict[str, list[T]]:
    names = sorted({name for part in parts for name in part})
    return {name: [part[name] for part in parts if name in part] for name in names}


def _source(found: Sequence[SourceCalls]) -> SourceCalls:
    return SourceCalls(
        calls=sum(one.calls for one in found),
        loads=sum(one.loads for one in found),
        rows=max((one.rows for one in found if one.rows is not None), default=None),
        bytes=max((one.bytes for one in found if one.bytes is not None), default=None),
        mapped_bytes=max(one.mapped_bytes for one in found),
        pickled_bytes=max(one.pickled_bytes for one in found),
        unshared=next((one.unshared for one in found if one.unshared is not None), None),
    )


def _feature(found: Sequence[FeatureCalls]) -> FeatureCalls:
    """Sets of arguments are at least as many as the worker with most of them saw."""
    return FeatureCalls(
        calls=sum(one.calls for one in found),
        distinct=max(one.distinct for one in found),
        hits=sum(one.hits for one in found),
        gridded=any(one.gridded for one in found),
        outside=sum(one.outside for one in found),
        unkept=sum(one.unkept for one in found),
    )
