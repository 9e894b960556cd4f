"""Trials in flight: what is known of each, and how a thread's time is shared among those that it has open."""

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.model.plan import Setting
from harness.probes.ledger import Lap
from harness.probes.native import Reading

NESTED = "nested study"
Totals = dict[str, Any]  # span -> calls, wall ns, cpu ns
MOST_OPEN = 64  # trials that share a thread's time; older ones were asked for and forgotten, or wait to be told


class StudyKey(NamedTuple):
    """A study as one process knows it: by its storage object and its id there."""

    storage: int  # id() of the storage object
    study: int


class Tally:
    """Times of laps added up, in nanoseconds; mutable, as it runs twice per trial."""

    __slots__ = (
        "calls",
        "cpu_ns",
        "is_empty",
        "passages",
        "process_ns",
        "runqueue_ns",
        "totals",
        "wall_ns",
        "written_bytes",
    )

    def __init__(self) -> None:
        self.is_empty = True
        self.wall_ns = self.cpu_ns = self.process_ns = 0.0
        self.runqueue_ns: float | None = 0.0
        self.totals: Totals = {}
        self.calls: dict[str, int] = {}
        self.written_bytes = 0
        self.passages: list[tuple[str, int, int]] = []

    def add(self, lap: Lap, share: float, is_last: bool) -> None:
        """Add a share of a lap; what was counted goes to the last trial alone."""
        if self.is_empty and share == 1 and is_last:  # nearly always: a trial is one lap
            self.is_empty = False
            self.wall_ns, self.cpu_ns, self.process_ns = lap.wall_ns, lap.cpu_ns, lap.process_ns
            self.runqueue_ns, self.totals, self.calls = lap.runqueue_ns, lap.totals, lap.calls
            self.written_bytes, self.passages = lap.written_bytes, lap.passages
            return
        self.add_time(lap.wall_ns * share, lap.cpu_ns * share, lap.process_ns * share)
        if lap.runqueue_ns is None or self.runqueue_ns is None:
            self.runqueue_ns = None
        else:
            self.runqueue_ns += lap.runqueue_ns * share
        for name, (calls, wall_ns, cpu_ns) in lap.totals.items():
            self.add_span(name, calls if is_last else 0, wall_ns * share, cpu_ns * share)
        if is_last:
            if self.calls:
                for name, count in lap.calls.items():
                    self.calls[name] = self.calls.get(name, 0) + count
            else:
                self.calls = lap.calls
            self.written_bytes += lap.written_bytes
            self.passages = self.passages + lap.passages if self.passages else lap.passages

    def add_time(self, wall_ns: float, cpu_ns: float, process_ns: float) -> None:
        self.is_empty = False
        self.wall_ns += wall_ns
        self.cpu_ns += cpu_ns
        self.process_ns += process_ns

    def add_span(self, name: str, calls: int, wall_ns: float, cpu_ns: float) -> None:
        self.is_empty = False
        known = self.totals.get(name, (0, 0, 0))
        self.totals[name] = (known[0] + calls, known[1] + wall_ns, known[2] + cpu_ns)


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
    before: Totals = field(default_factory=dict)
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
        if len(self.open) == 1:
            self.open[0].tally.add(lap, 1.0, is_last=True)
            return
        group = self.group()
        if not group:
            self.before.add(lap, 1.0, is_last=True)
            return
        share = 1.0 / len(group)
        for trial in group:
            trial.tally.add(lap, share, trial is group[-1])

    def group(self) -> Sequence[OpenTrial]:
        """The open trials of the study that was begun last: one, unless several were asked for before one is told."""
        if len(self.open) < 2:
            return self.open
        key, first = self.open[-1].key, len(self.open) - 1
        while first > 0 and self.open[first - 1].key == key:
            first -= 1
        return self.open[first:]

    def begin(self, trial: OpenTrial) -> None:
        if self.open:
            self.open = [known for known in self.open if known.storage() is not None][-MOST_OPEN + 1 :]
        if not self.open:
            trial.before, self.before = self.before.totals, Tally()
            self.open = [trial]
            return
        self.open.append(trial)
        group = self.group()
        if len(group) > 1:
            for member in group:
                member.open_at_once = max(member.open_at_once, len(group))

    def end(self, trial: OpenTrial) -> None:
        """Take a trial out; the trials of a study around it spent its time in a nested study."""
        if trial not in self.open:
            return
        if len(self.open) == 1:
            self.open = []
            return
        is_innermost = self.open[-1] is trial
        self.open.remove(trial)
        around = self.group()
        if is_innermost and around and around[-1].key != trial.key:
            spent = trial.tally
            share = 1.0 / len(around)
            for outer in around:
                tally, wall_ns, cpu_ns = outer.tally, spent.wall_ns * share, spent.cpu_ns * share
                tally.add_time(wall_ns, cpu_ns, spent.process_ns * share)
                if tally.runqueue_ns is not None and spent.runqueue_ns is not None:
                    tally.runqueue_ns += spent.runqueue_ns * share
                tally.add_span(NESTED, 1 if outer is around[-1] else 0, wall_ns, cpu_ns)
