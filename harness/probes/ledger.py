"""The ledger: charges each thread's wall and CPU time to its innermost open span, one clock reading per event."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from harness.probes.account import SHORTEST_NS, Account, Clocks, Lap

__all__ = ["GC", "Clocks", "Lap", "Ledger", "charge_collections", "collections_charged", "event_cost_s"]

GC = "gc"
_NANO = 1e-9

Snapshot = tuple[dict[str, list[int]], dict[str, tuple[int, ...]]]


class _Thread(threading.local):
    """Where a thread finds its account: one look-up in thread-local storage per event, which costs more than a slot."""

    account: Account | None = None


class Ledger:
    """Hears spans (see `spans.Listener`) and garbage collections, and gives the lap of a thread when it is cut.

    Time outside any span is in the lap's totals but in none of its spans. A span that is open across a cut goes on
    in the next lap; its call is counted where it began. A collection that the ledger's own bookkeeping sets off stays
    with the span then open, because the books are inconsistent at that moment.
    """

    def __init__(self, clocks: Clocks | None = None) -> None:
        self.clocks = clocks or Clocks()
        self.wall_ns, self.thread_ns = self.clocks.wall_ns, self.clocks.thread_ns
        self.short_ns = self.clocks.short_ns
        self.reset()

    def reset(self) -> None:
        """Begin with nothing, as a forked child must: accounts, and whoever held the lock, are its parent's."""
        self._lock = threading.RLock()  # a finaliser may use a span while an account is opened
        self._accounts: list[Account] = []
        self.here = _Thread()
        self.open_account()

    @property
    def thread(self) -> int:
        """The calling thread's index, in order of first use."""
        return (self.here.account or self.open_account()).index

    @property
    def events(self) -> int:
        """Spans entered and left so far, over all threads."""
        return sum(account.events for account in list(self._accounts))

    @property
    def depth(self) -> int:
        """How many spans the calling thread has open."""
        account = self.here.account or self.open_account()
        return len(account.open) + (account.lazy is not None)

    def innermost(self, ident: int) -> str | None:
        """The innermost open span of the thread with this identifier, as any thread may ask."""
        for account in reversed(self._accounts):
            if account.ident == ident:
                open_ = account.open
                return account.lazy or (open_[-1][0] if open_ else None)
        return None

    # These two run some ten times per trial inside the user's process; `attach.charging` has them written out.

    def enter(self, name: str, call: str | None = None) -> None:
        """Open a span on the calling thread; `call` is counted beside it."""
        account = self.here.account or self.open_account()
        account.busy = True
        if account.lazy is not None:
            account.settle()
        wall_ns = self.wall_ns()
        if wall_ns - account.last_ns >= self.short_ns:
            account.charge(wall_ns, self.thread_ns())
        account.lazy_ns = wall_ns
        account.lazy = name
        if call is not None:
            calls = account.calls
            calls[call] = calls.get(call, 0) + 1
        account.busy = False

    def leave(self) -> None:
        """Close the innermost span."""
        account = self.here.account or self.open_account()
        account.busy = True
        name, wall_ns = account.lazy, self.wall_ns()
        passed_ns = wall_ns - account.lazy_ns
        if name is not None and passed_ns < self.short_ns:
            account.lazy, account.last_ns = None, wall_ns
            account.inner_ns += passed_ns
            totals = account.totals.get(name)
            if totals is None:
                totals = account.totals[name] = [0, 0, 0]
            totals[0] += 1
            totals[1] += passed_ns
            totals[2] += passed_ns
            account.events += 2
        else:
            self.close(account, wall_ns)
        account.busy = False

    def wrote(self, size: int, *, takes_off: bool = False) -> None:
        """Bytes were handed to the storage on the calling thread in its last span; `takes_off`: what it took to know
        them since that span was left is in no span.
        """
        account = self.here.account or self.open_account()
        account.written_bytes += size
        if takes_off and account.lazy is None:
            account.busy = True
            wall_ns = self.wall_ns()
            account.inner_ns += wall_ns - account.last_ns
            account.last_ns = wall_ns
            account.busy = False

    def close(self, account: Account, wall_ns: int) -> None:
        """Close a span that had others inside it, or lasted."""
        account.settle()
        is_short = wall_ns - account.last_ns < self.short_ns
        account.charge(wall_ns, None if is_short else self.thread_ns())
        if account.open:  # a span entered before anybody listened is left without having been entered
            account.events += 2
            name, began_ns, _ = account.open.pop()
            if wall_ns - began_ns >= SHORTEST_NS:
                account.keep(name, began_ns)

    def leave_to(self, depth: int) -> None:
        """Close spans of the calling thread until `depth` are open: what an error left open in between."""
        account = self.here.account or self.open_account()
        while len(account.open) + (account.lazy is not None) > depth:
            account.busy = True
            self.close(account, self.wall_ns())
            account.busy = False

    def snapshot(self) -> Snapshot:
        """What the calling thread's spans have in this lap, for `gather`."""
        account = self.here.account or self.open_account()
        return account.totals, {name: tuple(totals) for name, totals in account.totals.items()}

    def gather(self, before: Snapshot) -> None:
        """Give the innermost span what other spans have got since `before`: it is told with all that it calls.

        Nothing is given where a lap ended meanwhile.
        """
        account = self.here.account or self.open_account()
        account.settle()
        if account.totals is not before[0] or not account.open:
            return
        own = account.totals_of(account.open[-1][0])
        for name, totals in account.totals.items():
            if totals is not own:
                calls, wall_ns, cpu_ns = before[1].get(name, (0, 0, 0))
                own[1] += totals[1] - wall_ns
                own[2] += totals[2] - cpu_ns
                totals[:] = calls, wall_ns, cpu_ns

    def collect(self) -> None:
        """A garbage collection stops the calling thread."""
        account = self.here.account
        if account is not None and not account.busy:
            self.enter(GC)
            account.collecting = True

    def collected(self) -> None:
        """The collection is over."""
        account = self.here.account
        if account is not None and account.collecting:
            account.collecting = False
            self.leave()

    def cut(self) -> Lap:
        """End the calling thread's lap and begin its next."""
        account = self.here.account or self.open_account()
        account.busy = True
        lap = Lap()
        runqueue_ns, before_ns = self.clocks.runqueue_ns(), account.cut_runqueue_ns
        account.settle()
        account.charge(self.wall_ns(), self.thread_ns())
        process_ns = self.clocks.process_ns()
        lap.ended_wall_ns, lap.ended_cpu_ns = account.wall_ns, account.cpu_ns
        lap.wall_ns = account.wall_ns - account.cut_wall_ns
        lap.cpu_ns = account.cpu_ns - account.cut_cpu_ns
        lap.process_ns = process_ns - account.cut_process_ns
        lap.totals, lap.calls = account.totals, account.calls
        lap.runqueue_ns = None if runqueue_ns is None or before_ns is None else runqueue_ns - before_ns
        lap.written_bytes, lap.passages = account.written_bytes, account.passages
        account.forget()
        account.cut_wall_ns, account.cut_cpu_ns, account.cut_process_ns = account.wall_ns, account.cpu_ns, process_ns
        account.cut_runqueue_ns = runqueue_ns
        account.busy = False
        return lap

    def since_cut(self, wall_ns: int, thread_ns: int) -> tuple[int, int, dict[str, list[int]]]:
        """Wall, CPU and spans of the calling thread's lap until these readings of its clocks; the lap goes on.

        The spans are the ledger's own, to be read at once, and the open one has its time only as far as it was charged.
        """
        account = self.here.account or self.open_account()
        return wall_ns - account.cut_wall_ns, thread_ns - account.cut_cpu_ns, account.totals

    def open_account(self) -> Account:
        with self._lock:
            account = Account(len(self._accounts), self.clocks)
            self._accounts.append(account)
        self.here.account = account
        return account


def charge_collections(ledger: Ledger) -> Callable[[Literal["start", "stop"], dict[str, int]], None]:
    """From now on, each garbage collection is a span "gc" of the thread that it stops; the answer undoes it when it is
    taken out of `gc.callbacks`.
    """

    def on_collection(phase: Literal["start", "stop"], info: dict[str, int]) -> None:
        # The interpreter would print what goes wrong here; a greenlet that ends has no thread-local data any more.
        with suppress(Exception):
            if phase == "start":
                ledger.collect()
            else:
                ledger.collected()

    gc.callbacks.append(on_collection)
    return on_collection


@contextmanager
def collections_charged(ledger: Ledger) -> Iterator[None]:
    """While open, each garbage collection is a span "gc" of the thread that it stops."""
    heard = charge_collections(ledger)
    try:
        yield
    finally:
        gc.callbacks.remove(heard)


def event_cost_s(rounds: int = 1000) -> float:
    """CPU seconds of one event in this process, measured on a ledger of its own: what a report calls its own cost."""
    ledger = Ledger()
    began = time.thread_time_ns()
    for _ in range(rounds):
        ledger.enter("calibration")
        ledger.leave()
    return (time.thread_time_ns() - began) * _NANO / (2 * rounds)
