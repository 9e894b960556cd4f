"""The ledger: charges each thread's wall and CPU time to its innermost open span, one clock reading per event."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

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


class _Account:
    """One thread's books: the open spans, when the innermost was last charged, and the totals since the last cut."""

    __slots__ = (
        "busy",
        "collecting",
        "cpu_ns",
        "cut_cpu_ns",
        "cut_process_ns",
        "cut_wall_ns",
        "events",
        "index",
        "open",
        "totals",
        "wall_ns",
    )

    def __init__(self, index: int, clocks: Clocks) -> None:
        self.index = index
        self.busy = False  # while an entry is being made
        self.collecting = False  # a collection is being charged
        self.open: list[str] = []
        self.totals: dict[str, list[int]] = {}  # name -> [calls, wall ns, cpu ns]
        self.events = 0
        self.wall_ns = self.cut_wall_ns = clocks.wall_ns()
        self.cpu_ns = self.cut_cpu_ns = clocks.thread_ns()
        self.cut_process_ns = clocks.process_ns()


class _Thread(threading.local):
    """Where a thread finds its account: one look-up in thread-local storage per event, which costs more than a slot."""

    account: _Account | None = None


class Ledger:
    """Hears spans (see `spans.Listener`) and garbage collections, and gives the lap of a thread when it is cut.

    Time outside any span is in the lap's totals but in none of its spans. A span that is open across a cut goes on
    in the next lap; its call is counted where it began. A collection that the ledger's own bookkeeping sets off stays
    with the span then open, because the books are inconsistent at that moment.
    """

    def __init__(self, clocks: Clocks | None = None) -> None:
        self.clocks = clocks or Clocks()
        self._wall_ns, self._thread_ns = self.clocks.wall_ns, self.clocks.thread_ns
        self._lock = threading.RLock()  # a finaliser may use a span while an account is opened
        self._accounts: list[_Account] = []
        self._here = _Thread()
        self._open_account()

    @property
    def thread(self) -> int:
        """The calling thread's index, in order of first use."""
        return (self._here.account or self._open_account()).index

    @property
    def events(self) -> int:
        """Spans entered and left so far, over all threads."""
        return sum(account.events for account in list(self._accounts))

    def enter(self, name: str) -> None:
        account = self._here.account or self._open_account()
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
        account = self._here.account or self._open_account()
        account.busy = True
        self._charge(account)
        if account.open:  # a span entered before anybody listened is left without having been entered
            account.open.pop()
        account.busy = False

    def collect(self) -> None:
        """A garbage collection stops the calling thread."""
        account = self._here.account
        if account is not None and not account.busy:
            self.enter(GC)
            account.collecting = True

    def collected(self) -> None:
        """The collection is over."""
        account = self._here.account
        if account is not None and account.collecting:
            account.collecting = False
            self.leave()

    def cut(self) -> Lap:
        """End the calling thread's lap and begin its next."""
        account = self._here.account or self._open_account()
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
        wall_ns, cpu_ns = self._wall_ns(), self._thread_ns()
        if account.open:
            name = account.open[-1]
            totals = account.totals.get(name)
            if totals is None:  # open since before the last cut
                totals = account.totals[name] = [0, 0, 0]
            totals[1] += wall_ns - account.wall_ns
            totals[2] += cpu_ns - account.cpu_ns
        account.wall_ns, account.cpu_ns = wall_ns, cpu_ns
        account.events += 1

    def _open_account(self) -> _Account:
        with self._lock:
            account = _Account(len(self._accounts), self.clocks)
            self._accounts.append(account)
        self._here.account = account
        return account


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
