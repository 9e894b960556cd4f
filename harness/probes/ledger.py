"""The ledger: charges each thread's wall and CPU time to its innermost open span, one clock reading per event."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from harness.model.record import SpanTime
from harness.probes.account import SHORTEST_NS, Account, Clocks, Lap, Stretch

__all__ = ["GC", "Clocks", "Lap", "Ledger", "Stretch", "charge_collections", "collections_charged", "event_cost_s"]

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
        self._wall_ns, self._thread_ns = self.clocks.wall_ns, self.clocks.thread_ns
        self._short_ns = self.clocks.short_ns
        self.reset()

    def reset(self) -> None:
        """Begin with nothing, as a forked child must: accounts, and whoever held the lock, are its parent's."""
        self._lock = threading.RLock()  # a finaliser may use a span while an account is opened
        self._accounts: list[Account] = []
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

    @property
    def depth(self) -> int:
        """How many spans the calling thread has open."""
        return len((self._here.account or self._open_account()).open)

    def innermost(self, ident: int) -> str | None:
        """The innermost open span of the thread with this identifier, as any thread may ask."""
        for account in reversed(self._accounts):
            if account.ident == ident:
                return account.open[-1][0] if account.open else None
        return None

    # These two run some fifty times per trial inside the user's process: `_charge` stands in them written out.

    def enter(self, name: str, call: str | None = None) -> None:
        """Open a span on the calling thread; `call` is counted beside it."""
        account = self._here.account or self._open_account()
        account.busy = True
        wall_ns = self._wall_ns()
        passed_ns = wall_ns - account.wall_ns
        if passed_ns < self._short_ns:
            account.wall_ns = wall_ns
            account.cpu_ns += passed_ns
            account.events += 1
            if account.open:
                totals = account.open[-1][2]
                if totals is None:
                    totals = account.reopen()
                totals[1] += passed_ns
                totals[2] += passed_ns
        else:
            self._charge(account)
        totals = account.totals.get(name)
        if totals is None:
            totals = account.totals[name] = [1, 0, 0]
        else:
            totals[0] += 1
        account.open.append((name, wall_ns, totals))
        if call is not None:
            calls = account.calls
            calls[call] = calls.get(call, 0) + 1
        account.busy = False

    def leave(self, written_bytes: int = 0) -> None:
        """Close the innermost span; `written_bytes` is what it handed to the storage."""
        account = self._here.account or self._open_account()
        account.busy = True
        wall_ns = self._wall_ns()
        passed_ns = wall_ns - account.wall_ns
        if passed_ns < self._short_ns and account.open:
            account.wall_ns = wall_ns
            account.cpu_ns += passed_ns
            account.events += 1
            name, began_ns, totals = account.open.pop()
            if totals is None:
                totals = account.totals_of(name)
            totals[1] += passed_ns
            totals[2] += passed_ns
        else:
            self._charge(account)
            if not account.open:  # a span entered before anybody listened is left without having been entered
                account.busy = False
                return
            name, began_ns, _ = account.open.pop()
        account.written_bytes += written_bytes
        if account.wall_ns - began_ns >= SHORTEST_NS:
            account.keep(name, began_ns)
        account.busy = False

    def leave_to(self, depth: int) -> None:
        """Close spans of the calling thread until `depth` are open: what an error left open in between."""
        account = self._here.account or self._open_account()
        if len(account.open) > depth:
            account.busy = True
            self._charge(account)
            while len(account.open) > depth:
                name, began_ns, _ = account.open.pop()
                if account.wall_ns - began_ns >= SHORTEST_NS:
                    account.keep(name, began_ns)
            account.busy = False

    def snapshot(self) -> Snapshot:
        """What the calling thread's spans have in this lap, for `gather`."""
        account = self._here.account or self._open_account()
        return account.totals, {name: tuple(totals) for name, totals in account.totals.items()}

    def gather(self, before: Snapshot) -> None:
        """Give the innermost span what other spans have got since `before`: it is told with all that it calls.

        Nothing is given where a lap ended meanwhile.
        """
        account = self._here.account or self._open_account()
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
        self._charge(account, exactly=True)
        process_ns = self.clocks.process_ns()
        runqueue = self.clocks.runqueue_ns()
        before = account.cut_runqueue_ns
        lap = Lap(
            wall_s=(account.wall_ns - account.cut_wall_ns) * _NANO,
            cpu_s=(account.cpu_ns - account.cut_cpu_ns) * _NANO,
            process_cpu_s=(process_ns - account.cut_process_ns) * _NANO,
            spans={
                name: SpanTime(calls=calls, wall_s=wall_ns * _NANO, cpu_s=cpu_ns * _NANO)
                for name, (calls, wall_ns, cpu_ns) in account.totals.items()
            },
            runqueue_s=None if runqueue is None or before is None else (runqueue - before) * _NANO,
            calls=account.calls,
            written_bytes=account.written_bytes,
            stretches=tuple(Stretch(name=n, began_ns=began, wall_ns=wall) for n, began, wall in account.stretches),
        )
        account.forget()
        account.cut_wall_ns, account.cut_cpu_ns, account.cut_process_ns = account.wall_ns, account.cpu_ns, process_ns
        account.cut_runqueue_ns = runqueue
        account.busy = False
        return lap

    def _charge(self, account: Account, exactly: bool = False) -> None:
        wall_ns = self._wall_ns()
        passed_ns = wall_ns - account.wall_ns
        if passed_ns < self._short_ns and not exactly:
            cpu_ns = passed_ns
            account.cpu_ns += passed_ns
        else:
            now_ns = self._thread_ns()
            cpu_ns = now_ns - account.cpu_ns
            account.cpu_ns = now_ns
        account.wall_ns = wall_ns
        account.events += 1
        if account.open:
            totals = account.open[-1][2]
            if totals is None:  # open since before the last cut
                totals = account.reopen()
            totals[1] += passed_ns
            totals[2] += cpu_ns

    def _open_account(self) -> Account:
        with self._lock:
            account = Account(len(self._accounts), self.clocks)
            self._accounts.append(account)
        self._here.account = account
        return account


def charge_collections(ledger: Ledger) -> Callable[[Literal["start", "stop"], dict[str, int]], None]:
    """From now on, each garbage collection is a span "gc" of the thread that it stops; the answer undoes it when it is
    taken out of `gc.callbacks`.
    """

    def on_collection(phase: Literal["start", "stop"], info: dict[str, int]) -> None:
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
