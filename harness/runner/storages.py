"""Storages of a plan, each opened on files inside the run's own folder."""

from pathlib import Path

from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, get_storage
from optuna.storages.journal import JournalFileBackend

from harness.model.plan import StorageKind

STUDY = "study"  # one per run, in the run's own storage


def open_storage(kind: StorageKind, folder: Path) -> BaseStorage:
    """The storage as `optuna.create_study` would make it: RDB storages with Optuna's cache before them."""
    match kind:
        case StorageKind.MEMORY:
            return InMemoryStorage()
        case StorageKind.SQLITE:
            return get_storage(f"sqlite:///{folder / 'study.sqlite3'}")
        case StorageKind.JOURNAL:
            return JournalStorage(JournalFileBackend(str(folder / "study.journal")))
