"""Trials in flight: what is known of each, and how a thread's time is shared among those that it has open."""

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.model.plan import Setting
from harness.model.record import SpanTime
from harness.probes.ledger import Lap, Stretch
from harness.probes.native import Reading

NESTED = "nested study"
MOST_OPEN = 64  # trials that share a thread's time; older ones were asked for and forgotten, or wait to be told


class StudyKey(NamedTuple):
    """A study as one process knows it: by its storage object and its id there."""

    storage: int  # id() of the storage object
    study: int


@dataclass(slots=True)
class Tally:
    """Times of laps added up; mutable, as it runs twice per trial."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    process_cpu_s: float = 0.0
    runqueue_s: float | None = 0.0
    spans: dict[str, SpanTime] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    written_bytes: int = 0
    stretches: tuple[Stretch, ...] = ()

    def add(self, lap: Lap, share: float, is_last: bool) -> None:
        """Add a share of a lap; what was counted goes to the last trial alone."""
        self.wall_s += lap.wall_s * share
        self.cpu_s += lap.cpu_s * share
        self.process_cpu_s += lap.process_cpu_s * share
        if lap.runqueue_s is None or self.runqueue_s is None:
            self.runqueue_s = None
        else:
            self.runqueue_s += lap.runqueue_s * share
        if not self.spans and share == 1:
            self.spans = lap.spans  # nearly always: a trial is one lap
        else:
            for name, time in lap.spans.items():
                self.add_span(name, time, share, is_last)
        if is_last:
            if self.calls:
                for name, count in lap.calls.items():
                    self.calls[name] = self.calls.get(name, 0) + count
            else:
                self.calls = lap.calls
            self.written_bytes += lap.written_bytes
            self.stretches += lap.stretches

    def add_span(self, name: str, time: SpanTime, share: float = 1.0, is_last: bool = True) -> None:
        known = self.spans.get(name)
        self.spans[name] = SpanTime(
            calls=(known.calls if known else 0) + (time.calls if is_last else 0),
            wall_s=(known.wall_s if known else 0.0) + time.wall_s * share,
            cpu_s=(known.cpu_s if known else 0.0) + time.cpu_s * share,
        )


@dataclass(slots=True, eq=False)
class OpenTrial:
    """A trial in flight, filled as the storage's calls come in."""

    key: StudyKey
    storage: "weakref.ref[Any]"
    thread: "ThreadBook"
    study: int  # index of its StudyRow
    depth: int  # spans that were open when it began
    began_s: float
    began_wall_ns: int
    children_s: float
    id: int = -1
    number: int | None = None
    objective_depth: int | None = None
    params: dict[str, Setting | None] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    before: dict[str, SpanTime] = field(default_factory=dict)
    open_at_once: int = 1
    rss_before_bytes: int | None = None
    native: Reading | None = None  # as it began
    share: float = 1.0  # of the data, that it is run on
    first: int = 0  # what its number in its study begins from in the run
    is_peak_own: bool = False  # the peak was reset for it, and no other trial has been open in the process since


@dataclass(slots=True, eq=False)
class ThreadBook:
    """What one thread has open."""

    index: int
    native: int = field(default_factory=threading.get_native_id)
    ident: int = field(default_factory=threading.get_ident)
    open: list[OpenTrial] = field(default_factory=list)
    before: Tally = field(default_factory=Tally)
    recording_ns: int = 0

    def charge(self, lap: Lap) -> None:
        """Share a lap among the open trials of the innermost study; without one it lies between two trials."""
        group = self.group()
        if not group:
            self.before.add(lap, 1.0, is_last=True)
            return
        share = 1.0 / len(group)
        for trial in group:
            trial.tally.add(lap, share, trial is group[-1])

    def group(self) -> Sequence[OpenTrial]:
        """The open trials of the study that was begun last: one, unless several were asked for before one is told."""
        if not self.open:
            return ()
        key, first = self.open[-1].key, len(self.open) - 1
        while first > 0 and self.open[first - 1].key == key:
            first -= 1
        return self.open[first:]

    def begin(self, trial: OpenTrial) -> None:
        self.open = [known for known in self.open if known.storage() is not None][-MOST_OPEN + 1 :]
        if not self.open:
            trial.before, self.before = self.before.spans, Tally()
        self.open.append(trial)
        group = self.group()
        if len(group) > 1:
            for member in group:
                member.open_at_once = max(member.open_at_once, len(group))

    def end(self, trial: OpenTrial) -> None:
        """Take a trial out; the trials of a study around it spent its time in a nested study."""
        if trial not in self.open:
            return
        is_innermost = self.open[-1] is trial
        self.open.remove(trial)
        around = self.group()
        if is_innermost and around and around[-1].key != trial.key:
            spent = SpanTime(calls=1, wall_s=trial.tally.wall_s, cpu_s=trial.tally.cpu_s)
            for outer in around:
                share = 1.0 / len(around)
                outer.tally.wall_s += spent.wall_s * share
                outer.tally.cpu_s += spent.cpu_s * share
                outer.tally.process_cpu_s += trial.tally.process_cpu_s * share
                if outer.tally.runqueue_s is not None and trial.tally.runqueue_s is not None:
                    outer.tally.runqueue_s += trial.tally.runqueue_s * share
                outer.tally.add_span(NESTED, spent, share, outer is around[-1])
