"""The ledger: charges each thread's wall and CPU time to its innermost open span, one clock reading per event."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from harness.model.record import SpanTime

GC = "gc"
_NANO = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The three clocks of a trial, in integer nanoseconds; tests pass their own."""

    wall_ns: Callable[[], int] = time.perf_counter_ns
    thread_ns: Callable[[], int] = time.thread_time_ns
    process_ns: Callable[[], int] = time.process_time_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """What one thread did between two cuts of its account."""

    wall_s: float
    cpu_s: float
    process_cpu_s: float
    spans: dict[str, SpanTime]


class _Account(threading.local):
    """One thread's books: the open spans, when the innermost was last charged, and the totals since the last cut."""

    busy = True  # while an entry is being made, this object's own creation included
    collecting = False  # a collection is being charged

    def __init__(self, ledger: "Ledger") -> None:
        self.index = ledger._next_thread()
        self.open: list[str] = []
        self.totals: dict[str, list[int]] = {}  # name -> [calls, wall ns, cpu ns]
        self.events = 0
        self.wall_ns = self.cut_wall_ns = ledger.clocks.wall_ns()
        self.cpu_ns = self.cut_cpu_ns = ledger.clocks.thread_ns()
        self.cut_process_ns = ledger.clocks.process_ns()
        ledger._accounts.append(self.__dict__)
        self.busy = False


class Ledger:
    """Hears spans (see `spans.Listener`) and garbage collections, and gives the lap of a thread when it is cut.

    Time outside any span is in the lap's totals but in none of its spans. A span that is open across a cut goes on
    in the next lap; its call is counted where it began. A collection that the ledger's own bookkeeping sets off stays
    with the span then open, because the books are inconsistent at that moment.
    """

    def __init__(self, clocks: Clocks | None = None) -> None:
        self.clocks = clocks or Clocks()
        self._lock = threading.Lock()
        self._threads = 0
        self._accounts: list[dict[str, Any]] = []
        self._account = _Account(self)

    @property
    def thread(self) -> int:
        """The calling thread's index, in order of first use."""
        return self._account.index

    @property
    def events(self) -> int:
        """Spans entered and left so far, over all threads."""
        return sum(int(account["events"]) for account in list(self._accounts))

    def enter(self, name: str) -> None:
        account = self._account
        account.busy = True
        self._charge(account)
        account.open.append(name)
        totals = account.totals.get(name)
        if totals is None:
            account.totals[name] = [1, 0, 0]
        else:
            totals[0] += 1
        account.busy = False

    def leave(self) -> None:
        account = self._account
        account.busy = True
        self._charge(account)
        if account.open:  # a span entered before anybody listened is left without having been entered
            account.open.pop()
        account.busy = False

    def collect(self) -> None:
        """A garbage collection stops the calling thread."""
        account = self._account
        if not account.busy:
            self.enter(GC)
            account.collecting = True

    def collected(self) -> None:
        """The collection is over."""
        account = self._account
        if account.collecting:
            account.collecting = False
            self.leave()

    def cut(self) -> Lap:
        """End the calling thread's lap and begin its next."""
        account = self._account
        account.busy = True
        self._charge(account)
        process_ns = self.clocks.process_ns()
        lap = Lap(
            wall_s=(account.wall_ns - account.cut_wall_ns) * _NANO,
            cpu_s=(account.cpu_ns - account.cut_cpu_ns) * _NANO,
            process_cpu_s=(process_ns - account.cut_process_ns) * _NANO,
            spans={
                name: SpanTime(calls=calls, wall_s=wall_ns * _NANO, cpu_s=cpu_ns * _NANO)
                for name, (calls, wall_ns, cpu_ns) in account.totals.items()
            },
        )
        account.totals = {}
        account.cut_wall_ns, account.cut_cpu_ns, account.cut_process_ns = account.wall_ns, account.cpu_ns, process_ns
        account.busy = False
        return lap

    def _charge(self, account: _Account) -> None:
        wall_ns, cpu_ns = self.clocks.wall_ns(), self.clocks.thread_ns()
        if account.open:
            totals = account.totals.setdefault(account.open[-1], [0, 0, 0])
            totals[1] += wall_ns - account.wall_ns
            totals[2] += cpu_ns - account.cpu_ns
        account.wall_ns, account.cpu_ns = wall_ns, cpu_ns
        account.events += 1

    def _next_thread(self) -> int:
        with self._lock:
            self._threads += 1
            return self._threads - 1


@contextmanager
def collections_charged(ledger: Ledger) -> Iterator[None]:
    """While open, each garbage collection is a span "gc" of the thread that it stops."""

    def on_collection(phase: Literal["start", "stop"], info: dict[str, int]) -> None:
        if phase == "start":
            ledger.collect()
        else:
            ledger.collected()

    gc.callbacks.append(on_collection)
    try:
        yield
    finally:
        gc.callbacks.remove(on_collection)


def event_cost_s(rounds: int = 1000) -> float:
    """CPU seconds of one event in this process, measured on a ledger of its own: what a report calls its own cost."""
    ledger = Ledger()
    began = time.thread_time_ns()
    for _ in range(rounds):
        ledger.enter("calibration")
        ledger.leave()
    return (time.thread_time_ns() - began) * _NANO / (2 * rounds)
