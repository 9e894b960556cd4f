"""What only some trials have (spans, storage calls), kept where it occurs: dense columns are made when asked for."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from harness.profile.columns import Floats, SpanColumns, Whole

MOST_NAMES = 100  # kept apart; a name made up per trial ("fold 17 of 9000") would otherwise make a column each

S = TypeVar("S")
D = TypeVar("D")


class OnDemand(Mapping[str, D], Generic[S, D]):
    """Dense values by name, each made from its sparse one when it is asked for; none is kept."""

    def __init__(self, sparse: Mapping[str, S], dense: Callable[[S], D]) -> None:
        self._sparse = sparse
        self._dense = dense

    def __getitem__(self, name: str) -> D:
        return self._dense(self._sparse[name])

    def __contains__(self, name: object) -> bool:
        return name in self._sparse

    def __iter__(self) -> Iterator[str]:
        return iter(self._sparse)

    def __len__(self) -> int:
        return len(self._sparse)


class SparseSpan(NamedTuple):
    """One span where it occurs: the trials' indices, each once, and its numbers there."""

    at: Whole
    calls: Whole
    wall_s: Floats
    cpu_s: Floats


class SparseCount(NamedTuple):
    """One count where it occurs."""

    at: Whole
    times: Whole


class GrowingSpans:
    """Spans as rows are read, in the stored form: name to [calls, wall_s, cpu_s]."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[array[int], array[int], array[float], array[float]]] = {}

    def add(self, trial: int, spans: Mapping[str, Sequence[float]]) -> None:
        for name, (calls, wall_s, cpu_s) in spans.items():
            growing = self._spans.get(name)
            if growing is None:
                growing = self._spans[name] = (array("q"), array("q"), array("d"), array("d"))
            growing[0].append(trial)
            growing[1].append(calls)  # type: ignore[arg-type]  # refused by the array if it is no whole number
            growing[2].append(wall_s)
            growing[3].append(cpu_s)

    def columns(self, place: Whole) -> Mapping[str, SpanColumns]:
        """The spans as columns; `place` says where each trial, in the order of reading, has come to lie."""
        spans = {
            name: SparseSpan(place[whole(at)], whole(calls), floats(wall_s), floats(cpu_s))
            for name, (at, calls, wall_s, cpu_s) in self._spans.items()
        }
        size = len(place)
        return OnDemand(
            _folded(spans, size),
            lambda span: SpanColumns(
                calls=_spread(span.at, span.calls, size),
                wall_s=_spread(span.at, span.wall_s, size),
                cpu_s=_spread(span.at, span.cpu_s, size),
            ),
        )


class GrowingCounts:
    """Counts as rows are read: name to a whole number."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[array[int], array[int]]] = {}

    def add(self, trial: int, counts: Mapping[str, int]) -> None:
        for name, count in counts.items():
            growing = self._counts.get(name)
            if growing is None:
                growing = self._counts[name] = (array("q"), array("q"))
            growing[0].append(trial)
            growing[1].append(count)

    def columns(self, place: Whole) -> Mapping[str, Whole]:
        counts = {name: SparseCount(place[whole(at)], whole(count)) for name, (at, count) in self._counts.items()}
        return OnDemand(counts, lambda known: _spread(known.at, known.times, len(place)))


def whole(values: "array[int]") -> Whole:
    """A growing column as NumPy's, without a copy."""
    return np.frombuffer(values, dtype=np.int64) if values else np.empty(0, dtype=np.int64)


def floats(values: "array[float]") -> Floats:
    """A growing column as NumPy's, without a copy."""
    return np.frombuffer(values, dtype=np.float64) if values else np.empty(0, dtype=np.float64)


_Column = TypeVar("_Column", Whole, Floats)


def _spread(at: Whole, values: _Column, size: int) -> _Column:
    dense = np.zeros(size, dtype=values.dtype)
    dense[at] = values
    return dense


def _folded(spans: Mapping[str, SparseSpan], size: int) -> Mapping[str, SparseSpan]:
    """At most `MOST_NAMES` spans: the longest, and the others added up under a name that says how many they are."""
    if len(spans) <= MOST_NAMES:
        return spans
    ordered = sorted(spans, key=lambda name: float(spans[name].wall_s.sum()), reverse=True)
    folded = {name: spans[name] for name in ordered[: MOST_NAMES - 1]}
    others = [spans[name] for name in ordered[MOST_NAMES - 1 :]]
    at = np.concatenate([span.at for span in others])
    where = np.unique(at)

    def added(values: list[Whole] | list[Floats]) -> Floats:
        sums: Floats = np.bincount(at, np.concatenate(values), minlength=size)[where]
        return sums

    calls = np.rint(added([span.calls for span in others])).astype(np.int64)
    wall_s, cpu_s = added([span.wall_s for span in others]), added([span.cpu_s for span in others])
    folded[f"{len(others)} shorter spans"] = SparseSpan(where, calls, wall_s, cpu_s)
    return folded
