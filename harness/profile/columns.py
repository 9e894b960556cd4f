"""The trials of a record as columns: one NumPy array per field, so that a hundred thousand trials fit and are quick."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from harness.model.record import TrialState

Floats = NDArray[np.float64]  # NaN where not known
Whole = NDArray[np.int64]

STATES: tuple[TrialState, ...] = tuple(TrialState)  # Trials.state holds indices into it


def _no_whole() -> Whole:
    return np.empty(0, dtype=np.int64)


def _no_floats() -> Floats:
    return np.empty(0, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanColumns:
    """One span over all trials; 0 where a trial has none of it. Own time: nested spans are taken off."""

    calls: Whole
    wall_s: Floats
    cpu_s: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The stretches of trials that were long enough to be kept one by one, in order of (trial, start). Shape (m,).

    A stretch is one visit to a span, what is nested in it included: segments of a trial may enclose each other.
    """

    names: tuple[str, ...] = ()  # of the spans
    trial: Whole = field(default_factory=_no_whole)  # index into the columns of Trials
    span: Whole = field(default_factory=_no_whole)  # index into names
    started_s: Floats = field(default_factory=_no_floats)  # since the Unix epoch
    wall_s: Floats = field(default_factory=_no_floats)

    def __len__(self) -> int:
        return len(self.trial)

    def of(self, trial: int) -> slice:
        """Where the segments of one trial lie."""
        low, high = np.searchsorted(self.trial, (trial, trial + 1))
        return slice(int(low), int(high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """What threads that Python does not know did while each trial lasted; NaN where it was not read. Shape (n,).

    Threads that run trials at the same time see the same native threads: only rates may be added up.
    """

    cpu_s: Floats  # of all native threads
    queued_s: Floats  # in which they were ready to run and had no core; of all
    busy_s: Floats  # of the busiest: computing or queued
    threads: Floats  # that worked


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """Finished trials in order of (study, number). All arrays have shape (n,).

    `wall_s` is the trial's own: where several trials were open at once in a thread each has an equal share, and
    `ended_s - started_s` is longer. CPU, spans and memory are NaN or empty for a history.
    """

    number: Whole
    study: Whole  # index into Profile.studies
    process: Whole  # index into Profile.processes
    thread: Whole  # within its process
    native_thread: Whole  # -1: not known
    state: Whole  # index into STATES
    started_s: Floats  # since the Unix epoch
    ended_s: Floats
    wall_s: Floats
    cpu_s: Floats  # of the trial's thread
    process_cpu_s: Floats  # of its process meanwhile, other threads included
    children_cpu_s: Floats
    runqueue_s: Floats
    value: Floats  # the first objective's; NaN where there is none
    further: Mapping[int, Floats] = field(default_factory=dict)  # values of further objectives, from 1 on; NaN as above
    parameters: Whole  # equal for trials of a study with equal parameters; -1 where a trial has none
    open_at_once: Whole
    rss_before_bytes: Floats
    rss_bytes: Floats
    peak_rss_bytes: Floats
    written_bytes: Floats
    native: Native | None = None  # None: of no trial
    spans: Mapping[str, SpanColumns] = field(default_factory=dict)
    before: Mapping[str, SpanColumns] = field(default_factory=dict)  # between this trial and the one before it
    calls: Mapping[str, Whole] = field(default_factory=dict)  # storage methods
    segments: Segments = field(default_factory=Segments)

    def __len__(self) -> int:
        return len(self.number)
