"""The recorder: turns what the observers report into one row per finished trial, in this process's own file."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.model.codec import encode
from harness.model.plan import Setting
from harness.model.record import ProcessEnd, ProcessStart, SpanTime, TrialRow, TrialState
from harness.model.store import RowFile, encode_end, encode_trial, trial_rows_path
from harness.probes.ledger import Ledger, event_cost_s

_NANO = 1e-9


@dataclass(slots=True)
class _OpenTrial:
    """A trial in flight; the one mutable value here, filled as the storage calls come in."""

    id: int
    number: int | None
    before: dict[str, SpanTime]
    began_s: float
    params: dict[str, Setting | None] = field(default_factory=dict)


class _Thread(threading.local):
    trial: _OpenTrial | None = None


class Recorder:
    """Hears of trials from the storage observer, in whatever thread they run, and appends their rows.

    `rss` reads this process's resident set in bytes, or None where the platform has no cheap way.
    """

    def __init__(self, folder: Path, worker: int, ledger: Ledger, rss: Callable[[], int | None]) -> None:
        self.ledger = ledger
        self._worker = worker
        self._pid = os.getpid()
        self._rss = rss
        self._rows = RowFile(trial_rows_path(folder, self._pid))
        self._lock = threading.Lock()
        self._here = _Thread()
        self._recording_ns = 0
        self._ready_wall_ns = 0
        self._ready_cpu_ns = 0
        clocks = ledger.clocks
        self._epoch_s = time.time() - clocks.wall_ns() * _NANO  # so that rows of all processes share one time axis

    @property
    def open_trial(self) -> int | None:
        """The storage's id of the trial in flight on the calling thread."""
        return None if self._here.trial is None else self._here.trial.id

    def ready(self, *, startup_wall_s: float, startup_cpu_s: float) -> None:
        """Say that this process begins its study now; what it took to come here is its start-up."""
        clocks = self.ledger.clocks
        self.ledger.cut()
        self._ready_wall_ns, self._ready_cpu_ns = clocks.wall_ns(), clocks.process_ns()
        start = ProcessStart(
            pid=self._pid,
            worker=self._worker,
            ready_s=self._now_s(),
            startup_wall_s=startup_wall_s,
            startup_cpu_s=startup_cpu_s,
        )
        self._rows.append({"kind": "start", **encode(start)})

    def begin(self, trial_id: int) -> None:
        """A trial begins on this thread."""
        lap = self.ledger.cut()
        self._here.trial = _OpenTrial(id=trial_id, number=None, before=lap.spans, began_s=self._now_s())

    def identify(self, trial_id: int) -> None:
        """The id of the trial in flight has become known."""
        if self._here.trial is not None:
            self._here.trial.id = trial_id

    def number(self, number: int) -> None:
        """The number of the trial in flight has become known."""
        if self._here.trial is not None:
            self._here.trial.number = number

    @property
    def awaits_number(self) -> bool:
        trial = self._here.trial
        return trial is not None and trial.number is None

    def param(self, trial_id: int, name: str, value: Setting | None) -> None:
        trial = self._here.trial
        if trial is not None and trial.id == trial_id:
            trial.params[name] = value

    def end(self, trial_id: int, state: TrialState, values: Sequence[float] | None) -> None:
        """The trial in flight on this thread has ended; its row is on its way to disk when this returns."""
        trial = self._here.trial
        if trial is None or trial.id != trial_id:
            return
        self._here.trial = None
        lap = self.ledger.cut()
        began_ns = self.ledger.clocks.thread_ns()
        row = TrialRow(
            number=-1 if trial.number is None else trial.number,
            worker=self._worker,
            pid=self._pid,
            thread=self.ledger.thread,
            state=state,
            values=None if values is None else tuple(float(value) for value in values),
            params=trial.params,
            started_s=trial.began_s,
            wall_s=lap.wall_s,
            cpu_s=lap.cpu_s,
            process_cpu_s=lap.process_cpu_s,
            spans=lap.spans,
            before=trial.before,
            rss_bytes=self._rss(),
        )
        self._rows.append(encode_trial(row))
        with self._lock:
            self._recording_ns += self.ledger.clocks.thread_ns() - began_ns

    def finish(self, peak_rss_bytes: int | None) -> None:
        """Write this process's closing row."""
        clocks = self.ledger.clocks
        end = ProcessEnd(
            pid=self._pid,
            study_wall_s=(clocks.wall_ns() - self._ready_wall_ns) * _NANO,
            study_cpu_s=(clocks.process_ns() - self._ready_cpu_ns) * _NANO,
            peak_rss_bytes=peak_rss_bytes,
            after=self.ledger.cut().spans,
            recording_cpu_s=self._recording_ns * _NANO,
            events=self.ledger.events,
            event_cpu_s=event_cost_s(),
        )
        self._rows.append(encode_end(end))
        self._rows.close()

    def _now_s(self) -> float:
        return self._epoch_s + self.ledger.clocks.wall_ns() * _NANO
