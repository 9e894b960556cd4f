"""Levers on the storage: which one, how it is opened, when it is written, and in what size."""

from dataclasses import replace

from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.traits import Requirement
from harness.model.metric import Metric
from harness.model.plan import Compression, SqliteMode, StorageKind, Writes

STORAGE_SPANS = ("storage",)


JOURNAL = Lever(
    name="journal",
    family=Family.STORAGE,
    fidelity=Fidelity.IDENTICAL,
    summary="Keeps the study in Optuna's journal file instead of SQLite.",
    change=lambda plan: replace(plan, storage=StorageKind.JOURNAL),
    requires=(Requirement.SQLITE,),
    touches=STORAGE_SPANS,
    claims=("sqlite-unfit",),
)


SQLITE_TUNED = Lever(
    name="sqlite-tuned",
    family=Family.STORAGE,
    fidelity=Fidelity.IDENTICAL,
    summary="Opens SQLite with a write-ahead log and synchronous=NORMAL.",
    change=lambda plan: replace(plan, sqlite=SqliteMode.TUNED),
    requires=(Requirement.SQLITE,),
    metric=Metric.WALL,
    touches=STORAGE_SPANS,
    claims=("database-tuning",),
)


ONE_WRITE = Lever(
    name="one-write",
    family=Family.STORAGE,
    fidelity=Fidelity.IDENTICAL,
    summary="Writes a trial's parameters, attributes and reports in one transaction when it ends.",
    change=lambda plan: replace(plan, writes=Writes.AT_END),
    requires=(Requirement.DURABLE,),
    touches=STORAGE_SPANS,
    claims=("batch-inserts",),
)


COMPRESS = Lever(
    name="compress",
    family=Family.STORAGE,
    fidelity=Fidelity.IDENTICAL,
    summary="Stores large attributes compressed with zstd, and gives them back as they were.",
    change=lambda plan: replace(plan, compression=Compression.ZSTD),
    requires=(Requirement.DURABLE, Requirement.LARGE_ATTRIBUTE),
    metric=Metric.STORED,
    touches=STORAGE_SPANS,
    claims=("result-compression",),
)
