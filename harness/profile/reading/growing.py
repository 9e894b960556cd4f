"""Columns that grow as rows of trials are read, a few machine words a row, and their end as sorted NumPy columns."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from math import nan
from typing import Any

import numpy as np

from harness.profile.columns import STATES, Floats, Native, Segments, Trials, Whole
from harness.profile.reading.sparse import GrowingCounts, GrowingSpans, floats, whole

_STATE = {state.value: index for index, state in enumerate(STATES)}
MOST_OBJECTIVES = 16  # whose values are kept
_NOTHING: Mapping[str, Any] = {}
_WHOLE = ("number", "study", "process", "thread", "native_thread", "state", "parameters", "open_at_once")
_LACKING = (  # null, or left out, where not known
    "cpu_s",
    "process_cpu_s",
    "runqueue_s",
    "rss_before_bytes",
    "rss_bytes",
    "peak_rss_bytes",
    "written_bytes",
)
_FLOATS = ("started_s", "ended_s", "wall_s", "children_cpu_s", "value", *_LACKING)


class GrowingTrials:
    """Takes rows as `harness.model.store.encode_trial` wrote them."""

    def __init__(self) -> None:
        self._whole = {name: array("q") for name in _WHOLE}
        self._floats = {name: array("d") for name in _FLOATS}
        self._unsure = [(name, self._floats[name].append) for name in _LACKING]
        self._spans, self._before, self._calls = GrowingSpans(), GrowingSpans(), GrowingCounts()
        self._segments = _GrowingSegments()
        self._native = _GrowingNative()
        self._further: dict[int, array[float]] = {}  # by objective, as far as trials have them

    def __len__(self) -> int:
        return len(self._whole["number"])

    def has(self, process: int, study: int | None, number: int) -> bool:
        """Whether a trial's row has been taken; `study` is our own index, None: any."""
        given = {name: np.frombuffer(self._whole[name], dtype=np.int64) for name in ("number", "process", "study")}
        found = (given["number"] == number) & (given["process"] == process)
        return bool((found if study is None else found & (given["study"] == study)).any())

    def add(self, row: Mapping[str, Any], process: int, study: int) -> None:
        """Take one row; raises KeyError, TypeError or ValueError on anything that is no trial's."""
        trial, known = len(self), row.get
        wall_s, started_s, elapsed_s = row["wall_s"], row["started_s"], known("elapsed_s")
        values, params, native = row["values"], row["params"], known("native_thread")
        given, exact = self._whole, self._floats
        given["study"].append(study)
        given["process"].append(process)
        given["thread"].append(known("thread", 0))
        given["native_thread"].append(-1 if native is None else native)
        given["state"].append(_STATE[row["state"]])
        given["parameters"].append(_hash(params) if params else -1)
        given["open_at_once"].append(known("open_at_once", 1))
        exact["started_s"].append(started_s)
        exact["wall_s"].append(wall_s)
        exact["ended_s"].append(started_s + (wall_s if elapsed_s is None else elapsed_s))
        exact["value"].append(float(values[0]) if values else nan)  # infinities are text
        if values and len(values) > 1:
            self._add_further(trial, values)
        exact["children_cpu_s"].append(known("children_cpu_s", 0.0))
        for name, append in self._unsure:
            value = known(name)
            append(nan if value is None else value)
        self._spans.add(trial, known("spans") or _NOTHING)
        self._before.add(trial, known("before") or _NOTHING)
        self._calls.add(trial, known("calls") or _NOTHING)
        self._segments.add(trial, started_s, known("segments") or ())
        self._native.add(trial, known("native"))
        given["number"].append(row["number"])

    def _add_further(self, trial: int, values: Sequence[Any]) -> None:
        for objective, value in enumerate(values[1:MOST_OBJECTIVES], start=1):
            column = self._further.setdefault(objective, array("d"))
            column.extend([nan] * (trial - len(column)))
            column.append(float(value))

    def trials(self, processes: Whole) -> Trials:
        """All of them in order of (study, number); `processes` gives each process its final index."""
        given = {name: whole(column) for name, column in self._whole.items()}
        exact = {name: floats(column) for name, column in self._floats.items()}
        study, process = given["study"], processes[given["process"]]
        order = np.lexsort((exact["started_s"], given["number"], study))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return Trials(
            number=given["number"][order],
            study=study[order],
            process=process[order],
            thread=given["thread"][order],
            native_thread=given["native_thread"][order],
            state=given["state"][order],
            started_s=exact["started_s"][order],
            ended_s=exact["ended_s"][order],
            wall_s=exact["wall_s"][order],
            cpu_s=exact["cpu_s"][order],
            process_cpu_s=exact["process_cpu_s"][order],
            children_cpu_s=exact["children_cpu_s"][order],
            runqueue_s=exact["runqueue_s"][order],
            value=exact["value"][order],
            further={objective: _padded(column, len(order))[order] for objective, column in self._further.items()},
            parameters=_groups(study[order], given["parameters"][order]),
            open_at_once=given["open_at_once"][order],
            rss_before_bytes=exact["rss_before_bytes"][order],
            rss_bytes=exact["rss_bytes"][order],
            peak_rss_bytes=exact["peak_rss_bytes"][order],
            written_bytes=exact["written_bytes"][order],
            native=self._native.columns(place),
            spans=self._spans.columns(place),
            before=self._before.columns(place),
            calls=self._calls.columns(place),
            segments=self._segments.columns(place),
        )


def _padded(column: "array[float]", length: int) -> Floats:
    return np.concatenate((floats(column), np.full(length - len(column), nan)))


class _GrowingNative:
    """What native threads did, of the trials for which it was read: four numbers each."""

    def __init__(self) -> None:
        self._trial = array("q")
        self._columns = tuple(array("d") for _ in range(4))

    def add(self, trial: int, native: Iterable[float] | None) -> None:
        if native is None:
            return
        values = [float(value) for value in native]
        for column, value in zip(self._columns, values, strict=True):
            column.append(value)
        self._trial.append(trial)

    def columns(self, place: Whole) -> Native | None:
        if not self._trial:
            return None
        dense = []
        for column in self._columns:
            values = np.full(len(place), np.nan)
            values[place[whole(self._trial)]] = floats(column)
            dense.append(values)
        return Native(cpu_s=dense[0], queued_s=dense[1], busy_s=dense[2], threads=dense[3])


class _GrowingSegments:
    """Segments as rows are read, in the stored form: [span, offset in the trial, wall_s]."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._trial, self._span = array("q"), array("q")
        self._started_s, self._wall_s = array("d"), array("d")

    def add(self, trial: int, started_s: float, segments: Iterable[tuple[str, float, float]]) -> None:
        for name, offset_s, wall_s in segments:
            self._trial.append(trial)
            self._span.append(self._names.setdefault(name, len(self._names)))
            self._started_s.append(started_s + offset_s)
            self._wall_s.append(wall_s)

    def columns(self, place: Whole) -> Segments:
        trial, started_s = place[whole(self._trial)], floats(self._started_s)
        order = np.lexsort((started_s, trial))
        return Segments(
            names=tuple(self._names),
            trial=trial[order],
            span=whole(self._span)[order],
            started_s=started_s[order],
            wall_s=floats(self._wall_s)[order],
        )


def _hash(params: Mapping[str, Any]) -> int:
    """Equal for equal parameters within this process, in whatever order they are.

    Python's own hash of -1 is that of -2, and a list has none (a categorical choice may be one): of these the text.
    """
    values = params.values()
    if -1 not in values:
        with suppress(TypeError):
            return hash(frozenset(params.items()))
    return hash(str(sorted(params.items())))


def _groups(study: Whole, hashes: Whole) -> Whole:
    """A number for each different set of parameters of a study, by first use; -1 where a trial has none."""
    groups = np.full(len(hashes), -1, dtype=np.int64)
    has_any = np.flatnonzero(hashes != -1)
    order = has_any[np.lexsort((hashes[has_any], study[has_any]))]
    differs = (np.diff(study[order]) != 0) | (np.diff(hashes[order]) != 0)
    groups[order] = np.cumsum(np.append(0, differs)[: len(order)])
    _, first, which = np.unique(groups[has_any], return_index=True, return_inverse=True)
    groups[has_any] = np.argsort(np.argsort(first))[which]
    return groups
