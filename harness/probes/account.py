"""One thread's account in the ledger: the clocks it is kept by, what is open, and what a lap of it holds."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.model.record import SpanTime
from harness.probes.runqueue import runqueue_ns

SHORTEST_NS = 200_000  # a stretch below this is too short to be drawn, or found by a stack sample
_MOST_STRETCHES = 4096  # kept per lap: a span inside a loop over bars must not fill the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The clocks of a trial, in integer nanoseconds; tests pass their own.

    `runqueue_ns` is how long the calling thread was ready to run while no core was free; None where not known.
    A thread's CPU clock is a system call, many times dearer than the wall clock: between two events less than
    `short_ns` apart CPU is taken to have passed as wall did, and the next reading sets the sum right. So a single
    passage may be off by that much, and a lap by that much in all.
    """

    wall_ns: Callable[[], int] = time.perf_counter_ns
    thread_ns: Callable[[], int] = time.thread_time_ns
    process_ns: Callable[[], int] = time.process_time_ns
    runqueue_ns: Callable[[], int | None] = runqueue_ns
    short_ns: int = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One passage through a span, what is nested in it included."""

    name: str
    began_ns: int  # on the wall clock
    wall_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """What one thread did between two cuts of its account."""

    wall_s: float
    cpu_s: float
    process_cpu_s: float
    spans: dict[str, SpanTime]
    runqueue_s: float | None = None
    calls: dict[str, int] = field(default_factory=dict)  # what was counted beside the spans
    written_bytes: int = 0
    stretches: tuple[Stretch, ...] = ()  # of at least 0.2 ms, in the order of their ends


class Account:
    """One thread's books: the open spans, when the innermost was last charged, and the totals since the last cut."""

    __slots__ = (
        "busy",
        "calls",
        "collecting",
        "cpu_ns",
        "cut_cpu_ns",
        "cut_process_ns",
        "cut_runqueue_ns",
        "cut_wall_ns",
        "events",
        "ident",
        "index",
        "open",
        "stretches",
        "totals",
        "wall_ns",
        "written_bytes",
    )

    def __init__(self, index: int, clocks: Clocks) -> None:
        self.index = index
        self.ident = threading.get_ident()
        self.busy = False  # while an entry is being made
        self.collecting = False  # a collection is being charged
        self.open: list[tuple[str, int, list[int] | None]] = []  # name, when it was entered, its totals in this lap
        self.totals: dict[str, list[int]] = {}  # name -> [calls, wall ns, cpu ns]
        self.stretches: list[tuple[str, int, int]] = []
        self.calls: dict[str, int] = {}
        self.written_bytes = 0
        self.events = 0
        self.wall_ns = self.cut_wall_ns = clocks.wall_ns()
        self.cpu_ns = self.cut_cpu_ns = clocks.thread_ns()
        self.cut_process_ns = clocks.process_ns()
        self.cut_runqueue_ns = clocks.runqueue_ns()

    def keep(self, name: str, began_ns: int) -> None:
        """Note a stretch that was long enough to be seen."""
        if len(self.stretches) < _MOST_STRETCHES:
            self.stretches.append((name, began_ns, self.wall_ns - began_ns))

    def totals_of(self, name: str) -> list[int]:
        """A span's totals in this lap, which it may not have been entered in."""
        totals = self.totals.get(name)
        if totals is None:
            totals = self.totals[name] = [0, 0, 0]
        return totals

    def reopen(self) -> list[int]:
        """Totals in this lap of the innermost span, which was entered in an earlier one."""
        name, began_ns, _ = self.open[-1]
        totals = self.totals_of(name)
        self.open[-1] = (name, began_ns, totals)
        return totals

    def forget(self) -> None:
        """Begin a lap: nothing is counted yet, and spans that are open have no totals in it."""
        self.totals, self.calls, self.stretches, self.written_bytes = {}, {}, [], 0
        if self.open:
            self.open = [(name, began_ns, None) for name, began_ns, _ in self.open]
