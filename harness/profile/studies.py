"""The studies of a record, each once however many processes opened it."""

import numpy as np

from harness.model.plan import SamplerKind, StorageKind
from harness.model.record import Header, StudyRow
from harness.profile.facts import Study
from harness.profile.reading.table import Table

STORAGES = {
    StorageKind.MEMORY: "InMemoryStorage",
    StorageKind.SQLITE: "RDBStorage",
    StorageKind.JOURNAL: "JournalStorage",
}
SAMPLERS = {
    SamplerKind.NUMBERED: "NumberedSampler",
    SamplerKind.RANDOM: "RandomSampler",
    SamplerKind.TPE: "TPESampler",
    SamplerKind.CMAES: "CmaEsSampler",
    SamplerKind.REPLAY: "ReplaySampler",
}
UNKNOWN = "unknown"


def studies_of(table: Table, header: Header, running: int | None) -> tuple[Study, ...]:
    """In the order that `Trials.study` refers to. A record of schema 1 has no rows of them; its plan says the same."""
    counts = np.bincount(table.trials.study, minlength=len(table.studies)).tolist()
    return tuple(
        _planned(header, trials) if row is None else _opened(row, trials, running)
        for row, trials in zip(table.studies, counts, strict=True)
    )


def _opened(row: StudyRow, trials: int, running: int | None) -> Study:
    return Study(
        name=row.name,
        storage=row.storage,
        storage_url=row.storage_url,
        sampler=row.sampler or None,  # "": a history does not tell
        pruner=row.pruner or None,
        directions=row.directions,
        optuna=row.optuna,
        trials=trials,
        running=running,
        is_here=row.is_here,
        heartbeat_s=row.heartbeat_s,
        retries=row.retries,
        is_wal=row.is_wal,
    )


def _planned(header: Header, trials: int) -> Study:
    plan = header.plan
    return Study(
        name=header.label,
        storage=UNKNOWN if plan is None else STORAGES[plan.storage],
        storage_url=None,
        sampler=None if plan is None else SAMPLERS[plan.sampler],
        pruner=None,
        directions=(),
        optuna=header.machine.versions.get("optuna"),
        trials=trials,
    )
