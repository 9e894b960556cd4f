"""One process's part of a run: opens the study, attaches the observers, runs trials and closes its books."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import optuna
from optuna.pruners import NopPruner

from harness.attach.instruments import real_instruments
from harness.attach.recorder import Recorder
from harness.attach.studies import observed
from harness.model.plan import Backend, Collector, Plan
from harness.model.store import FACTS, write_json
from harness.probes.ledger import Ledger, collections_charged
from harness.probes.memory import peak_rss_bytes
from harness.probes.spans import hear
from harness.runner.samplers import sampler_for
from harness.runner.storages import STUDY, open_storage
from harness.workloads.base import Objective, Workload, use_data_access, use_leading_share, workload_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where a process stands in a run."""

    folder: Path  # the run's record
    worker: int  # -1 leads and runs no trials
    launched_s: float  # since the epoch, just before this process was started


def run_whole(plan: Plan, seat: Seat) -> None:
    """Run all trials in this process: serial, or in Optuna's threads."""
    with _open(plan, seat, creates=True) as (study, objective):
        study.optimize(
            objective,
            n_trials=plan.trials,
            n_jobs=plan.workers if plan.backend is Backend.THREADS else 1,
            gc_after_trial=plan.collector is Collector.AFTER_TRIAL,
        )


def run_tickets(plan: Plan, seat: Seat, next_ticket: Callable[[], bool]) -> None:
    """Run trials of a study that exists already, one for each ticket, until none is left."""
    with _open(plan, seat, creates=False) as (study, objective):
        while next_ticket():
            study.optimize(objective, n_trials=1, gc_after_trial=plan.collector is Collector.AFTER_TRIAL)


def create_shared_study(plan: Plan, folder: Path) -> None:
    """Create the run's study once, before any worker starts: concurrent first creations race in Optuna."""
    workload = workload_of(plan)
    optuna.create_study(
        study_name=STUDY,
        storage=open_storage(plan.storage, folder),
        directions=[direction.value for direction in workload.directions],
    )


@contextmanager
def _open(plan: Plan, seat: Seat, *, creates: bool) -> Iterator[tuple[optuna.Study, Objective]]:
    """The study with its observers attached, and the objective; on leaving, the books are closed."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # INFO costs a best-trial query per trial; not our subject
    use_data_access(plan.data)
    use_leading_share(plan.share)  # before the workload's module is imported, which may load its data there and then
    workload = workload_of(plan)
    workload.warm_up()
    if seat.worker == 0:
        write_json(seat.folder / FACTS, dict(workload.facts()))
    ledger = Ledger()
    recorder = Recorder(seat.folder, seat.worker, ledger, real_instruments())
    with observed(recorder):
        study = _study(plan, seat, workload, creates=creates)
        before = hear(ledger)
        gc.collect()  # what start-up left behind is start-up's to pay: else the first trials would
        recorder.ready(startup_wall_s=time.time() - seat.launched_s, startup_cpu_s=time.process_time())
        try:
            with collections_charged(ledger):
                yield study, workload.objective
        finally:
            hear(before)
            recorder.finish(peak_rss_bytes())


def _study(plan: Plan, seat: Seat, workload: Workload, *, creates: bool) -> optuna.Study:
    storage = open_storage(plan.storage, seat.folder)
    sampler = sampler_for(plan.sampler, plan.seed, max(seat.worker, 0))
    if creates:
        return optuna.create_study(
            study_name=STUDY,
            storage=storage,
            sampler=sampler,
            pruner=NopPruner(),
            directions=[direction.value for direction in workload.directions],
        )
    return optuna.load_study(study_name=STUDY, storage=storage, sampler=sampler, pruner=NopPruner())
