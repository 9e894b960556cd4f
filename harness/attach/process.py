"""One process of a watched script: its recorder, what it hears of, and how its books are closed however it ends."""

import atexit
import gc
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from harness.attach.cost import observed_event_cost_s
from harness.attach.deaths import Deaths, observe_deaths
from harness.attach.extras import Extra, extras_of
from harness.attach.faults import note_fault
from harness.attach.frames import users
from harness.attach.hook import FOLDER
from harness.attach.instruments import Instruments, real_instruments
from harness.attach.loops import observe_loops
from harness.attach.opened import hear_of_opened_files
from harness.attach.phases import Phases
from harness.attach.recorder import Recorder
from harness.attach.studies import observe
from harness.model.record import Birth, Collections, ProcessEnd
from harness.probes.age import age_s
from harness.probes.commands import Commands, hear_of_commands
from harness.probes.ledger import Ledger, charge_collections
from harness.probes.loads import Loads, hear_loads
from harness.probes.memory import peak_rss_bytes
from harness.probes.row_counts import RowCounts, hear_rows
from harness.probes.spans import hear
from harness.probes.threadpools import loaded_pools

DEEP_S = 20.0  # what takes milliseconds to find out is found out at most this often, and at the end
_GIGA = 1e9
_FULL = 2  # the oldest generation of the collector


class WatchedProcess:
    """What `harness run` puts into a process that imports Optuna."""

    def __init__(self, folder: Path, instruments: Instruments, phases: Phases) -> None:
        self.phases = phases
        self.recorder = Recorder(folder, -1, Ledger(), instruments)
        self.loads = Loads(lambda: self.recorder.in_trial, users)
        self.row_counts = RowCounts(lambda: self.recorder.in_trial)
        self.commands = Commands(lambda: self.recorder.trials_in_flight > 0)
        self.deaths = Deaths(self.recorder.loop_died)
        self._birth = Birth.LAUNCHED
        self._forked_s = 0.0
        self._deep_s = 0.0
        self._deep: dict[str, Any] = {}
        self._after_trial: bool | None = None
        self.extras: list[Extra] = []
        self.recorder.on_first_trial = self._begin_books
        self.recorder.closing = self._add_facts
        self.recorder.event_cost_s = observed_event_cost_s
        self.recorder.phases = phases

    def after_fork(self) -> None:
        """In a forked child: it is a process of its own, which may or may not run trials."""
        self.recorder.after_fork()
        self.phases.after_fork()
        self.loads.forget()
        self.deaths.forget()
        self.commands.forget()
        self.row_counts.forget()
        self._birth, self._forked_s = Birth.FORKED, time.perf_counter()
        self._deep_s, self._deep, self._after_trial = 0.0, {}, None
        for extra in self.extras:
            extra.restart_after_fork()

    def before_fork(self) -> None:
        for extra in self.extras:
            extra.before_fork()

    def after_fork_in_parent(self) -> None:
        self.commands.started()
        for extra in self.extras:
            extra.after_fork_in_parent()
        if self.recorder.is_ready:
            self.recorder.on_next_trial = self._resume  # from Python 3.13 on, a thread may begin only then

    def _resume(self) -> None:
        for extra in self.extras:
            extra.start()

    def close(self) -> None:
        """Write the last row; nothing happens where no trial was begun, or the books are closed."""
        self.phases.exit_begins()
        try:
            self.deaths.note_end(self.recorder.trials_in_flight)
        except Exception as error:
            note_fault(self.recorder.books.folder, error)
        for extra in self.extras:
            try:
                extra.stop()
            except Exception as error:
                note_fault(self.recorder.books.folder, error)
        self.recorder.finish(peak_rss_bytes())
        if self.recorder.is_ready:
            self.phases.write(is_final=True)

    def _begin_books(self) -> None:
        is_fork = self._birth is Birth.FORKED
        self.recorder.ready(
            startup_wall_s=time.perf_counter() - self._forked_s if is_fork else age_s() or 0.0,
            startup_cpu_s=time.process_time(),
            parent=os.getppid(),
            birth=self._birth,
        )
        self._after_trial = told_to_collect()
        multiprocessing = sys.modules.get("multiprocessing.util")
        if multiprocessing is not None:  # its children end by os._exit, past atexit
            multiprocessing.Finalize(None, self.close, exitpriority=-100)
        self.phases.write(is_wanted=True)
        for extra in self.extras:
            extra.start()

    def _add_facts(self, end: ProcessEnd) -> ProcessEnd:
        """What is cheap at every checkpoint, and what is not now and then."""
        self.phases.write()
        now_s = time.perf_counter()
        if end.is_final or now_s - self._deep_s > DEEP_S:
            self._deep_s = now_s
            self._deep = {"thread_pools": loaded_pools(), **self._history()}
        tracked = tracked_objects() if end.is_final else None
        collections = Collections(
            tracked_objects=tracked,
            frozen_objects=gc.get_freeze_count(),
            full_collections=gc.get_stats()[_FULL]["collections"],
            after_trial=self._after_trial,
        )
        return replace(
            end,
            recording_cpu_s=end.recording_cpu_s + self.loads.cost_ns / _GIGA,
            loads=self.loads.rows(),
            deaths=self.deaths.rows(),
            commands=self.commands.count,
            row_calls=self.row_counts.rows(),
            collections=collections,
            **self._deep,
        )

    def _history(self) -> dict[str, int]:
        from harness.attach.history import history_of

        found = [kept for storage in self.recorder.storages() if (kept := history_of(storage)) is not None]
        if not found:
            return {}
        return {"history_trials": sum(trials for trials, _ in found), "history_bytes": sum(size for _, size in found)}


def attach(study_class: Any, environment: Mapping[str, str], phases: Phases) -> WatchedProcess:
    """Watch this process's studies from now on, into the record that the environment names."""
    watched = WatchedProcess(Path(environment[FOLDER]), real_instruments(), phases)
    phases.optuna_imported()
    observe(study_class, watched.recorder)
    observe_deaths(sys.modules[study_class.__module__], watched.deaths)
    observe_loops(sys.modules[study_class.__module__], phases, watched.recorder.ledger)
    hear(watched.recorder.ledger)
    hear_loads(watched.loads)
    hear_rows(watched.row_counts)
    if "subprocess" in sys.modules:  # Optuna imports it
        hear_of_commands(watched.commands, sys.modules["subprocess"])
    charge_collections(watched.recorder.ledger)
    hear_of_opened_files(watched.loads, lambda: watched.recorder.in_trial, ignored=watched.recorder.books.folder)
    atexit.register(watched.close)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=watched.before_fork,
            after_in_parent=watched.after_fork_in_parent,
            after_in_child=watched.after_fork,
        )
    watched.extras.extend(extras_of(watched.recorder, study_class, environment))
    return watched


def told_to_collect() -> bool | None:
    """Whether the loop that runs the calling thread's trials was told `gc_after_trial`; None outside such a loop."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == "_optimize_sequential" and "gc_after_trial" in frame.f_code.co_varnames:
            return bool(frame.f_locals.get("gc_after_trial"))
        frame = frame.f_back
    return None


def tracked_objects() -> int:
    """Container objects alive now, frozen ones not counted.

    Counted where they stand, by freezing them for the moment: a list of them all would take eight bytes for each.
    """
    if gc.get_freeze_count():  # the script's own frozen objects would be thawed with ours
        return sum(len(gc.get_objects(generation=generation)) for generation in range(_FULL + 1))
    gc.freeze()
    count = gc.get_freeze_count()
    gc.unfreeze()
    return count
