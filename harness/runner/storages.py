"""Storages of a plan, each opened on files inside the run's own folder."""

from pathlib import Path

from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage, get_storage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy import URL

from harness.model.plan import Plan, StorageKind

STUDY = "study"  # one per run, in the run's own storage
PATIENCE_S = 120


def open_storage(plan: Plan, folder: Path) -> BaseStorage:
    """The storage as `optuna.create_study` would make it: RDB storages with Optuna's cache before them."""
    match plan.storage:
        case StorageKind.MEMORY:
            return InMemoryStorage()
        case StorageKind.SQLITE:
            # Several writers queue for one lock. The driver gives up after 5 s, which nine threads with 110 commits
            # per trial exceed on a slow disk; a longer patience is Optuna's own advice (RDBStorage, engine_kwargs).
            patience = {"connect_args": {"timeout": PATIENCE_S}}
            return get_storage(RDBStorage(_sqlite_url(folder / "study.sqlite3"), engine_kwargs=patience))
        case StorageKind.JOURNAL:
            return JournalStorage(JournalFileBackend(str(folder / "study.journal")))


def _sqlite_url(path: Path) -> str:
    """The file's URL for Optuna, which fills in what stands in braces; what means something in a URL is quoted."""
    url = URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
    return url.replace("{", "{{").replace("}", "}}")
