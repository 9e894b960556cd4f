"""One process's part of a run: opens the study, attaches the observers, runs trials and closes its books."""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import optuna

from harness.attach.instruments import real_instruments
from harness.attach.recorder import Recorder
from harness.attach.studies import observed
from harness.model.appending import append_row
from harness.model.codec import encode
from harness.model.directions import Directions
from harness.model.home import home
from harness.model.plan import Plan, Start
from harness.model.points import Point, read_points
from harness.model.probing import SPACE
from harness.model.record import Birth, ProcessStart
from harness.model.store import DIRECTIONS, FACTS, trial_rows_path, write_json
from harness.probes.ledger import Ledger, collections_charged
from harness.probes.memory import peak_rss_bytes
from harness.probes.spans import hear
from harness.runner.collector import collecting
from harness.runner.loading import loaded
from harness.runner.objectives import REFUSED, checked
from harness.runner.policies import marks_follow, prepare
from harness.runner.searching.barrier import Barrier
from harness.runner.searching.searcher import Ground, Searcher, create_studies
from harness.runner.slowdown import slowed
from harness.runner.storages import closing_storage
from harness.workloads.base import Objective, Workload
from harness.workloads.marks.following import plainly

FEW_TRIALS = 20  # of a run that may be a probe: what its parameters are is looked up when it has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where a process stands in a run."""

    folder: Path  # the run's record
    worker: int  # -1 leads and runs no trials
    launched_s: float  # since the epoch, just before this process was started


def run_whole(plan: Plan, seat: Seat) -> None:
    """Run all trials in this process: serial, or in Optuna's threads."""
    with _open(plan, seat, creates=True) as (searcher, objective), collecting(plan.collector) as collects:
        try:
            searcher.run_whole(objective, collects=collects)
        finally:
            if plan.trials <= FEW_TRIALS:
                write_json(seat.folder / SPACE, searcher.space())


def run_tickets(plan: Plan, seat: Seat, next_ticket: Callable[[], int | None]) -> None:
    """Run trials of studies that exist already, one for each ticket, which names its leg, until none is left."""
    with _open(plan, seat, creates=False) as (searcher, objective), collecting(plan.collector) as collects:
        barrier = Barrier(seat.folder, searcher.legs)
        try:
            while (leg := next_ticket()) is not None:
                barrier.wait_for(leg)
                searcher.run_one(objective, leg, collects=collects)
        finally:
            barrier.leave()


def write_start(seat: Seat) -> None:
    """Say that a process that runs no trials itself has started, and what that took."""
    start = ProcessStart(
        pid=os.getpid(),
        worker=seat.worker,
        ready_s=time.time(),
        startup_wall_s=time.time() - seat.launched_s,
        startup_cpu_s=time.process_time(),
        parent=os.getppid(),
    )
    append_row(trial_rows_path(seat.folder, os.getpid()), {"kind": "start", **encode(start)})


def create_shared_study(plan: Plan, folder: Path) -> None:
    """Create the run's study, or those of its stages, once, before any worker starts."""
    with closing_storage(plan, folder) as storage:
        found = loaded(plan)
        write_json(folder / DIRECTIONS, found.directions)
        create_studies(plan, found.directions.each, storage)


@contextmanager
def _open(plan: Plan, seat: Seat, *, creates: bool) -> Iterator[tuple[Searcher, Objective]]:
    """The search with its observers attached, and the objective; on leaving, the books are closed."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # INFO costs a best-trial query per trial; not our subject
    with marks_follow(plan, seat.folder, seat.worker):
        yield from _ready(plan, seat, creates=creates)


def _ready(plan: Plan, seat: Seat, *, creates: bool) -> Iterator[tuple[Searcher, Objective]]:
    found = loaded(plan)
    workload = found.workload
    workload.warm_up()
    if creates:
        write_json(seat.folder / DIRECTIONS, found.directions)
    if seat.worker == 0:
        with plainly():  # the first trial pays for its own load
            write_json(seat.folder / FACTS, dict(workload.facts()))
    ledger = Ledger()
    recorder = Recorder(seat.folder, seat.worker, ledger, real_instruments())
    with observed(recorder), closing_storage(plan, seat.folder) as storage:
        searcher = Searcher(
            Ground(
                plan=plan,
                workload=workload.name,
                directions=found.directions.each,
                storage=storage,
                worker=seat.worker,
                points=_points(plan),
                creates=creates,
                note=recorder.evaluated_on,
            )
        )
        before = hear(ledger)
        gc.collect()  # what start-up left behind is start-up's to pay: else the first trials would
        recorder.ready(
            startup_wall_s=time.time() - seat.launched_s,
            startup_cpu_s=time.process_time(),
            parent=os.getppid(),
            birth=Birth.FORKED if plan.start is Start.FORKSERVER else Birth.LAUNCHED,
        )
        try:
            with collections_charged(ledger):
                if creates:
                    prepare(plan)
                yield searcher, slowed(_checked(workload, found.directions, seat), plan.slowdown)
        finally:
            hear(before)
            recorder.finish(peak_rss_bytes())


def _checked(workload: Workload, directions: Directions, seat: Seat) -> Objective:
    """The objective, whose first value that Optuna refuses is kept as the reason why that trial failed."""

    def keep(sentence: str) -> None:
        write_json(seat.folder / REFUSED.format(pid=os.getpid()), {"sentence": sentence})

    return checked(workload.objective, directions, keep)


def _points(plan: Plan) -> Sequence[Point]:
    return () if plan.replay is None else read_points(home() / plan.replay)
