"""Counts what marked functions did in this process, as its record keeps it."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from harness.model.marks import FeatureCalls, Marks, SourceCalls

MOST_DISTINCT = 100_000  # sets of arguments told apart, per feature: a hash each
_MEASURED = 3  # loads of a source whose size is looked at: that of Python objects takes time


@dataclass(slots=True)
class _Source:
    calls: int = 0
    loads: int = 0
    rows: int | None = None
    bytes: int | None = None
    mapped_bytes: int = 0
    pickled_bytes: int = 0
    unshared: str | None = None


@dataclass(slots=True)
class _Feature:
    gridded: bool
    calls: int = 0
    hits: int = 0
    outside: int = 0
    unkept: int = 0
    known: set[int] = field(default_factory=set)


class Counts:
    """What was called so far, by name."""

    def __init__(self) -> None:
        self._sources: dict[str, _Source] = {}
        self._features: dict[str, _Feature] = {}
        self._lock = threading.Lock()

    def called(self, name: str) -> None:
        """A source was called."""
        with self._lock:
            self._sources.setdefault(name, _Source()).calls += 1

    def loaded(self, name: str, value: Any) -> None:
        """A source brought `value`, not yet cut."""
        with self._lock:
            count = self._sources.setdefault(name, _Source())
            count.loads += 1
            is_measured = count.loads <= _MEASURED
        if is_measured:
            self._measure(name, value)

    def shared(self, name: str, mapped_bytes: int, pickled_bytes: int, unshared: str | None) -> None:
        """A source's data came from what all workers share, except for what is said."""
        with self._lock:
            count = self._sources.setdefault(name, _Source())
            count.mapped_bytes = max(count.mapped_bytes, mapped_bytes)
            count.pickled_bytes = max(count.pickled_bytes, pickled_bytes)
            count.unshared = count.unshared or unshared

    def mapped(self, name: str, value: Any) -> None:
        """A source's data was mapped: known by its size, though another process has loaded it."""
        self._measure(name, value)

    def asked(self, name: str, key: Hashable, *, gridded: bool) -> None:
        """A feature was called; `key` tells its arguments, None where they have no hash."""
        with self._lock:
            count = self._features.setdefault(name, _Feature(gridded=gridded))
            count.calls += 1
            if key is not None and len(count.known) < MOST_DISTINCT:
                count.known.add(hash(key))

    def answered(self, name: str, *, hit: bool = False, outside: bool = False, unkept: bool = False) -> None:
        """How a feature's call was answered, where it was not simply computed."""
        with self._lock:
            count = self._features[name]
            count.hits += hit
            count.outside += outside
            count.unkept += unkept

    def marks(self) -> Marks:
        """All of it, as a record keeps it."""
        with self._lock:
            return Marks(
                sources={name: _source(count) for name, count in self._sources.items()},
                features={name: _feature(count) for name, count in self._features.items()},
            )

    def _measure(self, name: str, value: Any) -> None:
        from harness.workloads.marks.sizes import bytes_in, rows_in

        rows, size = rows_in(value), bytes_in(value)
        with self._lock:
            count = self._sources.setdefault(name, _Source())
            count.rows = max((known for known in (rows, count.rows) if known is not None), default=None)
            count.bytes = max(size, count.bytes or 0)


def _source(count: _Source) -> SourceCalls:
    return SourceCalls(
        calls=count.calls,
        loads=count.loads,
        rows=count.rows,
        bytes=count.bytes,
        mapped_bytes=count.mapped_bytes,
        pickled_bytes=count.pickled_bytes,
        unshared=count.unshared,
    )


def _feature(count: _Feature) -> FeatureCalls:
    return FeatureCalls(
        calls=count.calls,
        distinct=len(count.known),
        hits=count.hits,
        gridded=count.gridded,
        outside=count.outside,
        unkept=count.unkept,
    )
