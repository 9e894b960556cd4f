"""The recorder: turns what the observers report into one row per finished trial, in this process's own file."""

import math
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.attach.books import Books
from harness.attach.faults import note_fault
from harness.attach.instruments import Instruments
from harness.attach.open_trials import OpenTrial, StudyKey, ThreadBook
from harness.attach.phases import Phases
from harness.attach.rows import Ending, ending_row, seconds, trial_row
from harness.attach.told import Teller, told_row
from harness.model.codec import encode
from harness.model.plan import Setting
from harness.model.record import (
    WATCHING,
    WHOLE_OBJECTIVE,
    Birth,
    ProcessEnd,
    ProcessStart,
    SpanTime,
    StudyRow,
    TrialState,
)
from harness.model.store import encode_end, encode_trial
from harness.probes.ledger import Ledger, event_cost_s

__all__ = ["Recorder", "StudyKey"]

_NANO = 1e-9
CHECKPOINT_S = 2.0  # the books so far are written at most this often, in case the process is killed
PAUSE_S = 0.25  # and at the end of a loop over trials
PEAK_FROM_S = 0.01  # resetting and reading the peak costs 0.1 ms: only where trials last longer


class _Here(threading.local):
    book: ThreadBook | None = None
    read: tuple[int, int, Any] | None = None  # the last trial read that is not in flight here: storage, id, itself


class Recorder:
    """Hears of trials from the storage observer, in whatever thread they run, and appends their rows.

    `describe` says what is known of a study when its first trial begins; `closing` adds what only the end of a process
    knows to its books.
    """

    def __init__(self, folder: Path, worker: int, ledger: Ledger, instruments: Instruments) -> None:
        self.ledger = ledger
        self.books = Books(folder)
        self.describe: Callable[[Any, int], StudyRow | None] = lambda storage, index: None
        self.closing: Callable[[ProcessEnd], ProcessEnd] = lambda end: end  # `end.is_final` tells which books
        self.on_first_trial: Callable[[], None] = lambda: None
        self.event_cost_s: Callable[[], float] = event_cost_s  # of one event in this process
        self.phases: Phases | None = None  # of a watched process, which is told of trials outside loops
        self.on_next_trial: Callable[[], None] | None = None  # called once, as the next trial begins
        self._worker = worker
        self._read = instruments
        clocks = ledger.clocks
        self._epoch_s = time.time() - clocks.wall_ns() * _NANO  # so that rows of all processes share one time axis
        self._event_cost_s: float | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._first = threading.RLock()
        self._here = _Here()
        self._threads: list[ThreadBook] = []
        self._open: dict[tuple[int, int], OpenTrial] = {}
        self._studies: dict[StudyKey, tuple[weakref.ref[Any], int]] = {}
        self._study_count = 0
        self._is_ready = False
        self._has_finished = False
        self._ready_wall_ns = 0
        self._ready_cpu_ns = 0
        self._in_flight = 0
        self._failed_elsewhere = 0
        self._last_wall_s = 1.0
        self._checkpoint_ns = 0

    def after_fork(self) -> None:
        """In a forked child: nothing of the parent's trials, rows or threads is ours."""
        self.books.forget()
        self.ledger.reset()
        self._begin_anew()

    # -- the process ---------------------------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether this process has begun its study."""
        return self._is_ready

    def ready(
        self,
        *,
        startup_wall_s: float,
        startup_cpu_s: float,
        parent: int | None = None,
        birth: Birth = Birth.LAUNCHED,
    ) -> None:
        """Say that this process begins its study now; what it took to come here is its start-up."""
        clocks = self.ledger.clocks
        self.ledger.cut()
        self._ready_wall_ns, self._ready_cpu_ns = clocks.wall_ns(), clocks.process_ns()
        self._checkpoint_ns = self._ready_wall_ns
        start = ProcessStart(
            pid=self.books.pid,
            worker=self._worker,
            ready_s=self._now_s(),
            startup_wall_s=startup_wall_s,
            startup_cpu_s=startup_cpu_s,
            parent=parent,
            birth=birth,
        )
        self.books.append({"kind": "start", **encode(start)})
        self._is_ready = True

    def pause(self) -> None:
        """A loop over trials has ended on this thread, perhaps the last: a pool's workers are killed without a word."""
        wall_ns = self.ledger.clocks.wall_ns()
        is_first = self._checkpoint_ns == self._ready_wall_ns
        if self._is_ready and not self._in_flight and (is_first or wall_ns - self._checkpoint_ns > PAUSE_S / _NANO):
            self._checkpoint_ns = wall_ns
            began_ns = self.ledger.clocks.thread_ns()
            try:
                self._checkpoint()
            except Exception as error:
                note_fault(self.books.folder, error)
            self._book().recording_ns += self.ledger.clocks.thread_ns() - began_ns

    def loop_died(self, is_new: bool) -> None:
        """An exception has ended a loop over trials, of a new kind or not: said at once, as the process may end too."""
        wall_ns = self.ledger.clocks.wall_ns()
        if self._is_ready and not self._has_finished and (is_new or wall_ns - self._checkpoint_ns > PAUSE_S / _NANO):
            self._checkpoint_ns = wall_ns
            self._checkpoint()

    def finish(self, peak_rss_bytes: int | None) -> None:
        """Write this process's closing row; a process that began no study, or has closed its books, writes none."""
        if not self._is_ready or self._has_finished:
            return
        self._has_finished = True
        try:
            self._finish(peak_rss_bytes)
        except Exception as error:
            note_fault(self.books.folder, error)

    def _finish(self, peak_rss_bytes: int | None) -> None:
        began_ns = self.ledger.clocks.thread_ns()
        end = self.closing(self._books_so_far(peak_rss_bytes, self.ledger.cut().spans, is_final=True))
        ending_cpu_s = (self.ledger.clocks.thread_ns() - began_ns) * _NANO
        end = replace(end, recording_cpu_s=end.recording_cpu_s + ending_cpu_s)
        self.books.append_last(encode_end(end))
        self.books.close()

    def _checkpoint(self) -> None:
        self.books.append_checkpoint(
            encode_end(self.closing(self._books_so_far(self._read.peak(), {}, is_final=False)))
        )

    def _books_so_far(self, peak: int | None, after: dict[str, SpanTime], *, is_final: bool) -> ProcessEnd:
        clocks = self.ledger.clocks
        if self._event_cost_s is None:
            self._event_cost_s = self.event_cost_s()
        return ProcessEnd(
            pid=self.books.pid,
            study_wall_s=(clocks.wall_ns() - self._ready_wall_ns) * _NANO,
            study_cpu_s=(clocks.process_ns() - self._ready_cpu_ns) * _NANO,
            peak_rss_bytes=peak,
            after=after,
            recording_cpu_s=sum(book.recording_ns for book in list(self._threads)) * _NANO,
            events=self.ledger.events,
            event_cpu_s=self._event_cost_s,
            is_final=is_final,
            at_s=self._now_s(),
            dropped=self.books.dropped,
            open_trials=max(self._in_flight, 0),
            failed_elsewhere=self._failed_elsewhere,
        )

    def _now_s(self) -> float:
        return self._epoch_s + self.ledger.clocks.wall_ns() * _NANO

    # -- a trial -------------------------------------------------------------------------------------------------

    def begin(self, storage: Any, key: StudyKey) -> OpenTrial | None:
        """A trial begins on this thread; its id is not known yet. `storage` is the observed one.

        None where we fail: the trial runs unwatched.
        """
        try:
            return self._begin(storage, key)
        except Exception as error:
            note_fault(self.books.folder, error)
            return None

    def _begin_books(self) -> None:
        if not self._is_ready:
            with self._first:  # threads that begin together wait for the one that opens the books
                if not self._is_ready:
                    self.on_first_trial()

    def _begin(self, storage: Any, key: StudyKey) -> OpenTrial:
        began_ns = self.ledger.clocks.thread_ns()
        depth = self.ledger.depth
        self.ledger.enter(WATCHING)
        try:
            trial = self._opened(storage, key)
        finally:
            self.ledger.leave_to(depth)
        book = trial.thread
        lap = self.ledger.cut()
        book.charge(lap)
        book.begin(trial)
        trial.depth = depth
        book.recording_ns += lap.ended_cpu_ns - began_ns
        trial.began_wall_ns = lap.ended_wall_ns
        trial.began_s = self._epoch_s + lap.ended_wall_ns * _NANO
        return trial

    def _opened(self, storage: Any, key: StudyKey) -> OpenTrial:
        """A trial with all that is read as it begins."""
        self._begin_books()
        if self.on_next_trial is not None:
            resume, self.on_next_trial = self.on_next_trial, None
            resume()
        if self.phases is not None:
            self.phases.trial_passes()
        book = self._book()
        trial = OpenTrial(
            key=key,
            storage=weakref.ref(storage._harness_inner),
            thread=book,
            study=self._study_index(storage, key),
            depth=0,
            began_s=0.0,
            began_wall_ns=0,
            children_s=self._read.children_s(),
        )
        self._watch_peak(trial)
        trial.rss_before_bytes = self._read.rss()
        trial.native = None if self._read.native is None else self._read.native.before()
        return trial

    def abandon(self, trial: OpenTrial | None) -> None:
        """The storage refused the trial: it never was."""
        if trial is None:
            return
        trial.thread.charge(self.ledger.cut())
        trial.thread.end(trial)
        with self._lock:
            self._in_flight -= 1

    def identify(self, trial: OpenTrial | None, trial_id: int) -> None:
        """The id of a trial in flight has become known."""
        if trial is None:
            return
        trial.id = trial_id
        self._open[trial.key.storage, trial_id] = trial

    def seen(self, storage: int, trial_id: int, trial: Any) -> None:
        """A trial has been read. Of one in flight here the number is kept, where it is not known yet; any other may be
        told here next.

        With the parameters that it has already: a trial that is tried again is made with them.
        """
        known = self._open.get((storage, trial_id))
        if known is None:
            self._here.read = (storage, trial_id, trial)
        elif known.number is None:
            known.number = trial.number
            for name, value in trial.params.items():
                self.param(storage, trial_id, name, value)

    def told(
        self, storage: Any, key: StudyKey, trial_id: int, outcome: tuple[TrialState, Sequence[float] | None]
    ) -> None:
        """A trial that another process asked for has been told here."""
        read, self._here.read = self._here.read, None
        if read is None or read[:2] != (key.storage, trial_id) or outcome[0] is TrialState.FAIL:
            return
        try:
            self._begin_books()
            if self.phases is not None:
                self.phases.trial_passes()
            book = self._book()
            teller = Teller(
                pid=self.books.pid,
                worker=self._worker,
                thread=book.index,
                native_thread=book.native,
                study=self._study_index(storage, key),
                now_s=self._now_s(),
            )
            row = told_row(read[2], teller, outcome, self._read)
            if row is not None:
                self.books.append(encode_trial(row))
        except Exception as error:
            note_fault(self.books.folder, error)

    def param(self, storage: int, trial_id: int, name: str, value: Setting | None) -> None:
        trial = self._open.get((storage, trial_id))
        if trial is not None:
            trial.params[name] = repr(value) if isinstance(value, float) and not math.isfinite(value) else value

    def objective_begins(self) -> None:
        """Optuna hands the trial to the objective, or to whoever asked for it."""
        book = self._here.book
        if book is not None and book.open and book.open[-1].objective_depth is None:
            book.open[-1].objective_depth = self.ledger.depth
            self.ledger.enter(WHOLE_OBJECTIVE)

    def objective_ends(self) -> None:
        """Optuna has the trial back."""
        book = self._here.book
        if book is None or not book.open:
            return
        trial = book.open[-1]
        if trial.objective_depth is not None and trial.open_at_once == 1:
            self.ledger.leave_to(trial.objective_depth)  # with any span that the objective left open

    def evaluated_on(self, share: float, first: int = 0) -> None:
        """What share of the data the calling thread's trial is run on, and its study's first trial's number in the run.

        A run that has several studies counts its trials through all of them.
        """
        book = self._here.book
        if book is not None and book.open:
            book.open[-1].share, book.open[-1].first = share, first

    def ending(self, storage: int, trial_id: int, state: TrialState, values: Sequence[float] | None) -> None:
        """The storage is about to hear that a trial has ended: what is known of it is written before."""
        trial = self._open.get((storage, trial_id))
        if trial is None:
            return
        try:
            book, clocks = self._book(), self.ledger.clocks
            began_ns = clocks.thread_ns()
            ending, tally, group = self._ending(state, values), trial.tally, book.group()
            wall_ns, cpu_ns, totals = self.ledger.since_cut(ending.wall_ns, began_ns)
            share = 1.0 / len(group) if trial in group else 0.0
            row = ending_row(trial, ending, tally.wall_ns + wall_ns * share, tally.cpu_ns + cpu_ns * share)
            row["spans"] = seconds(totals if tally.is_empty and share == 1 else tally.totals)
            self.books.note_ending(book.index, row)
            book.recording_ns += clocks.thread_ns() - began_ns
        except Exception as error:
            note_fault(self.books.folder, error)

    def not_ended(self, storage: int, trial_id: int) -> None:
        """It has not taken that."""
        if (storage, trial_id) in self._open:
            self.books.clear_ending(self._book().index)

    def _ending(self, state: TrialState, values: Sequence[float] | None) -> Ending:
        return Ending(self.books.pid, self._worker, self.ledger.clocks.wall_ns(), state, values)

    def end(self, storage: int, trial_id: int, state: TrialState, values: Sequence[float] | None) -> bool:
        """A trial has ended; its row is on its way to disk when this returns.

        False for one that was not begun in this process: failed as stale, or asked for by another (see `told`).
        """
        try:
            return self._end(storage, trial_id, state, values)
        except Exception as error:
            note_fault(self.books.folder, error)
            return True

    def _end(self, storage: int, trial_id: int, state: TrialState, values: Sequence[float] | None) -> bool:
        trial = self._open.pop((storage, trial_id), None)
        if trial is None:
            self._failed_elsewhere += state is TrialState.FAIL
            return False
        ledger, book = self.ledger, self._book()
        lap = ledger.cut()
        book.charge(lap)
        trial.thread.end(trial)
        if not book.open and book is trial.thread:
            ledger.leave_to(trial.depth)
        with self._lock:
            self._in_flight -= 1
        depth = ledger.depth
        ledger.enter(WATCHING)
        try:
            self._write(trial, self._ending(state, values))
        finally:
            ledger.leave_to(depth)
        book.recording_ns += ledger.clocks.thread_ns() - lap.ended_cpu_ns
        return True

    def _write(self, trial: OpenTrial, ending: Ending) -> None:
        self._last_wall_s = trial.tally.wall_ns * _NANO
        if self.phases is not None:
            self.phases.trial_passes()
        self.books.append(trial_row(trial, ending, self._read))
        wall_ns = self.ledger.clocks.wall_ns()
        if wall_ns - self._checkpoint_ns > CHECKPOINT_S / _NANO:
            self._checkpoint_ns = wall_ns
            self._checkpoint()

    def where(self, ident: int) -> tuple[int | None, str] | None:
        """Trial number and innermost span of a thread, by its identifier; None where it is in no trial."""
        for book in self._threads:
            if book.ident == ident and book.open:
                return book.open[-1].number, self.ledger.innermost(ident) or WHOLE_OBJECTIVE
        return None

    def storages(self) -> list[Any]:
        """The storages of the studies seen so far that are still there, each once."""
        found = {id(inner): inner for ref, _ in list(self._studies.values()) if (inner := ref()) is not None}
        return list(found.values())

    @property
    def in_trial(self) -> bool:
        """Whether the calling thread has a trial open."""
        book = self._here.book
        return book is not None and bool(book.open)

    @property
    def trials_in_flight(self) -> int:
        """Trials begun and not ended in this process."""
        return self._in_flight

    # -- parts ---------------------------------------------------------------------------------------------------

    def _book(self) -> ThreadBook:
        book = self._here.book
        if book is None:
            with self._lock:
                book = ThreadBook(index=len(self._threads))
                self._threads.append(book)
            self._here.book = book
        return book

    def _study_index(self, storage: Any, key: StudyKey) -> int:
        known = self._studies.get(key)
        inner = storage._harness_inner
        if known is not None and known[0]() is inner:
            return known[1]
        with self._lock:
            index, self._study_count = self._study_count, self._study_count + 1
            self._studies[key] = (weakref.ref(inner), index)
        row = self.describe(storage, index)
        if row is not None:
            self.books.append({"kind": "study", **encode(row)})
        return index

    def _watch_peak(self, trial: OpenTrial) -> None:
        """Start a peak of the trial's own, if it is alone in the process and long enough to be worth it."""
        with self._lock:
            self._in_flight += 1
            is_alone = self._in_flight == 1
            if not is_alone:
                for other in list(self._open.values()):
                    other.is_peak_own = False
        if is_alone and self._last_wall_s >= PEAK_FROM_S:
            trial.is_peak_own = self._read.reset_peak()
