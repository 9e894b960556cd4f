"""Cases of overhead: studies whose objective only suggests, for each storage, each sampler, and with our observers on.

What such a study costs is Optuna's: `trials` of it, on a study that is new in every call.
"""

import tempfile
from functools import partial
from pathlib import Path

import optuna
from optuna.storages import BaseStorage, RDBStorage

from cases.case import Case, Run
from harness.model.plan import Plan, SamplerKind, StorageKind
from harness.model.points import Point
from harness.runner.samplers import sampler_for
from harness.runner.storages import open_storage
from harness.runner.study import Seat, run_whole
from harness.workloads.topstepb.suggest_only import suggest_only

TRIALS = {StorageKind.MEMORY: 50, StorageKind.SQLITE: 10, StorageKind.JOURNAL: 50}
SUGGEST_ONLY = "harness.workloads.topstepb.suggest_only:suggest_only"


def _begin(storage: StorageKind, sampler: SamplerKind, trials: int, root: Path) -> Run:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    opened = open_storage(Plan(workload=SUGGEST_ONLY, storage=storage), _new_folder(root))
    study = optuna.create_study(storage=opened, sampler=sampler_for(sampler, 0, 0, _points(sampler, trials)))

    def run() -> None:
        study.optimize(suggest_only, n_trials=trials)
        _close(opened)

    return run


def _points(sampler: SamplerKind, trials: int) -> list[Point]:
    """What a replay gives out again: the points of the numbered sampler."""
    if sampler is not SamplerKind.REPLAY:
        return []
    study = optuna.create_study(sampler=sampler_for(SamplerKind.NUMBERED, 0, 0))
    study.optimize(suggest_only, n_trials=trials)
    return [trial.params for trial in study.trials]


def _begin_observed(trials: int, root: Path) -> Run:
    """The whole of a run's own code in this process: observers, recorder, ledger, rows on disk."""
    plan = Plan(workload=SUGGEST_ONLY, trials=trials, sampler=SamplerKind.NUMBERED, storage=StorageKind.MEMORY)
    return partial(run_whole, plan, Seat(folder=_new_folder(root), worker=0, launched_s=0.0))


def _new_folder(root: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=root))


def _close(storage: BaseStorage) -> None:
    """Close the connections of an RDB storage (behind Optuna's cache): Python 3.13 warns of those left open."""
    backend = getattr(storage, "_backend", storage)
    if isinstance(backend, RDBStorage):
        backend.remove_session()
        backend.engine.dispose()


def _case(storage: StorageKind, sampler: SamplerKind) -> Case:
    trials = TRIALS[storage]
    name = f"{storage.value}-{sampler.value}-x{trials}"
    return Case(group="overhead", name=name, trials=trials, begin=partial(_begin, storage, sampler, trials))


CASES = (
    *(_case(storage, SamplerKind.NUMBERED) for storage in StorageKind),
    *(_case(StorageKind.MEMORY, sampler) for sampler in SamplerKind if sampler is not SamplerKind.NUMBERED),
    Case(group="overhead", name="observed-memory-numbered-x50", trials=50, begin=partial(_begin_observed, 50)),
)
