"""One thread's account in the ledger: the clocks it is kept by, what is open, and what a lap of it holds."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.model.record import SpanTime
from harness.probes.runqueue import runqueue_ns

SHORTEST_NS = 200_000  # a passage below this is too short to be drawn, or found by a stack sample
_NANO = 1e-9
_MOST_PASSAGES = 4096  # kept per lap: a span inside a loop over bars must not fill the memory


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


class Lap:
    """What one thread did between two cuts of its account, in nanoseconds; made twice per trial, so no dataclass."""

    __slots__ = (
        "calls",
        "cpu_ns",
        "ended_cpu_ns",
        "ended_wall_ns",
        "passages",
        "process_ns",
        "runqueue_ns",
        "totals",
        "wall_ns",
        "written_bytes",
    )

    wall_ns: int
    cpu_ns: int
    process_ns: int
    ended_wall_ns: int  # the clocks at its end
    ended_cpu_ns: int
    totals: dict[str, list[int]]  # span -> calls, wall, cpu
    runqueue_ns: int | None
    calls: dict[str, int]  # what was counted beside the spans
    written_bytes: int
    passages: list[tuple[str, int, int]]  # of at least 0.2 ms: span, when it began, wall; in the order of their ends

    @property
    def wall_s(self) -> float:
        return self.wall_ns * _NANO

    @property
    def cpu_s(self) -> float:
        return self.cpu_ns * _NANO

    @property
    def process_cpu_s(self) -> float:
        return self.process_ns * _NANO

    @property
    def runqueue_s(self) -> float | None:
        return None if self.runqueue_ns is None else self.runqueue_ns * _NANO

    @property
    def spans(self) -> dict[str, SpanTime]:
        return span_times(self.totals)


def span_times(totals: Mapping[str, Sequence[float]]) -> dict[str, SpanTime]:
    """Spans of the record from [calls, wall ns, cpu ns]."""
    return {
        name: SpanTime(calls=int(calls), wall_s=wall_ns * _NANO, cpu_s=cpu_ns * _NANO)
        for name, (calls, wall_ns, cpu_ns) in totals.items()
    }


class Account:
    """One thread's books: the open spans, when the innermost was last charged, and the totals since the last cut.

    The innermost span is `lazy` at first: nothing but its name and its beginning is noted. Most spans last microseconds
    and have none inside them: those are left again without ever having been put on the list of open ones. Their time
    (`inner_ns`) is taken off when the span around them is charged.
    """

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
        "inner_ns",
        "last_ns",
        "lazy",
        "lazy_ns",
        "open",
        "passages",
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
        self.lazy: str | None = None  # the innermost span, where it was just entered
        self.lazy_ns = 0
        self.inner_ns = 0  # since `wall_ns`: spans that were left before they were put on the list
        self.totals: dict[str, list[int]] = {}  # name -> [calls, wall ns, cpu ns]
        self.passages: list[tuple[str, int, int]] = []
        self.calls: dict[str, int] = {}
        self.written_bytes = 0
        self.events = 0
        self.wall_ns = self.cut_wall_ns = self.last_ns = clocks.wall_ns()
        self.cpu_ns = self.cut_cpu_ns = clocks.thread_ns()
        self.cut_process_ns = clocks.process_ns()
        self.cut_runqueue_ns = clocks.runqueue_ns()

    def settle(self) -> None:
        """Put the lazy span on the list of open ones: until it was entered, CPU is taken to have passed as wall did."""
        name = self.lazy
        if name is None:
            return
        passed_ns = self.lazy_ns - self.wall_ns
        self.cpu_ns += passed_ns
        self._charge_open(passed_ns - self.inner_ns, passed_ns - self.inner_ns)
        self.wall_ns = self.last_ns = self.lazy_ns
        self.inner_ns, self.lazy = 0, None
        totals = self.totals_of(name)
        totals[0] += 1
        self.open.append((name, self.lazy_ns, totals))

    def charge(self, wall_ns: int, thread_ns: int | None) -> None:
        """Charge the innermost span on the list until now; without a reading of its clock, CPU passed as wall did."""
        passed_ns = wall_ns - self.wall_ns
        if thread_ns is None:
            thread_ns = self.cpu_ns + passed_ns
        cpu_ns, self.cpu_ns = thread_ns - self.cpu_ns, thread_ns
        self.wall_ns = self.last_ns = wall_ns
        inner_ns, self.inner_ns = self.inner_ns, 0
        self._charge_open(passed_ns - inner_ns, cpu_ns - inner_ns)

    def _charge_open(self, wall_ns: int, cpu_ns: int) -> None:
        if self.open:
            totals = self.open[-1][2]
            if totals is None:  # open since before the last cut
                totals = self._reopen()
            totals[1] += wall_ns
            totals[2] += cpu_ns

    def keep(self, name: str, began_ns: int) -> None:
        """Note a passage that was long enough to be seen."""
        if len(self.passages) < _MOST_PASSAGES:
            self.passages.append((name, began_ns, self.wall_ns - began_ns))

    def totals_of(self, name: str) -> list[int]:
        """A span's totals in this lap, which it may not have been entered in."""
        totals = self.totals.get(name)
        if totals is None:
            totals = self.totals[name] = [0, 0, 0]
        return totals

    def _reopen(self) -> list[int]:
        """Totals in this lap of the innermost span, which was entered in an earlier one."""
        name, began_ns, _ = self.open[-1]
        totals = self.totals_of(name)
        self.open[-1] = (name, began_ns, totals)
        return totals

    def forget(self) -> None:
        """Begin a lap: nothing is counted yet, and spans that are open have no totals in it."""
        self.totals, self.calls, self.passages, self.written_bytes = {}, {}, [], 0
        if self.open:
            self.open = [(name, began_ns, None) for name, began_ns, _ in self.open]
