"""Opens the storage that a plan asks for, with the storage levers that it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage, get_storage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy import URL

from harness.errors import InputError
from harness.model.files import make_private
from harness.model.plan import Compression, Plan, SqliteMode, StorageKind, Writes
from harness.model.store import STUDY_DATABASE, STUDY_JOURNAL
from harness.runner.storages.one_write import OneWriteDatabase
from harness.runner.storages.one_write_journal import OneWriteJournal
from harness.runner.storages.tuned import tune

STUDY = "study"  # one per run, in the run's own storage
PATIENCE_S = 120


def open_storage(plan: Plan, folder: Path) -> BaseStorage:
    """The storage as `optuna.create_study` would make it: RDB storages with Optuna's cache before them.

    The levers act beneath the cache, and beneath whatever observes the storage.
    """
    match plan.storage:
        case StorageKind.MEMORY:
            return InMemoryStorage()
        case StorageKind.SQLITE:
            return get_storage(_database(plan, make_private(folder / STUDY_DATABASE)))
        case StorageKind.JOURNAL:
            return _journal(plan, make_private(folder / STUDY_JOURNAL))


@contextmanager
def closing_storage(plan: Plan, folder: Path) -> Iterator[BaseStorage]:
    """A plan's storage, closed on leaving."""
    storage = open_storage(plan, folder)
    try:
        yield storage
    finally:
        close_storage(storage)


def close_storage(storage: BaseStorage) -> None:
    """Give up the calling thread's session and all connections.

    With the last connection of the last process SQLite folds a write-ahead log back into the database's file.
    """
    storage.remove_session()
    database = getattr(storage, "_backend", storage)
    if not isinstance(database, RDBStorage):
        return
    database.remove_session()  # Optuna's cache does not pass it on
    database.engine.dispose()


def one_write(storage: str | BaseStorage) -> BaseStorage:
    """The same storage, but that what a trial was given is written when it ends, in one transaction.

    Takes a URL, an RDBStorage or a JournalStorage; raises InputError for others, and LackingError for databases that
    are neither SQLite nor PostgreSQL. Other processes see a running trial without its parameters until it ends.
    """
    if isinstance(storage, str):
        return OneWriteDatabase(storage)
    kinds: dict[type, Any] = {RDBStorage: OneWriteDatabase, JournalStorage: OneWriteJournal}
    kind = kinds.get(type(storage))
    if kind is None:
        raise InputError(
            f"one_write takes a database's URL, an RDBStorage or a JournalStorage, not {type(storage).__name__}"
        )
    wrapped: OneWriteDatabase | OneWriteJournal = kind.__new__(kind)
    wrapped.__dict__.update(vars(storage))
    wrapped._open_books()
    return wrapped


def _database(plan: Plan, path: Path) -> RDBStorage:
    # Several writers queue for one lock. The driver gives up after 5 s, which nine threads with 110 commits per trial
    # exceed on a slow disk; a longer patience is Optuna's own advice (RDBStorage, engine_kwargs).
    patience = {"connect_args": {"timeout": PATIENCE_S}}
    database: RDBStorage = _database_kind(plan)(_sqlite_url(path), engine_kwargs=patience)
    match plan.sqlite:
        case SqliteMode.TUNED:
            tune(database.engine)
        case SqliteMode.PLAIN:
            pass
    return database


def _database_kind(plan: Plan) -> Any:
    match (plan.writes, plan.compression):
        case (Writes.EACH, Compression.NONE):
            return RDBStorage
        case (Writes.AT_END, Compression.NONE):
            return OneWriteDatabase
        case (writes, Compression.ZSTD):
            # loads Arrow, which a study without the lever does not pay for
            from harness.runner.storages.compressed import CompressedDatabase, CompressedOneWriteDatabase

            return CompressedDatabase if writes is Writes.EACH else CompressedOneWriteDatabase


def _journal(plan: Plan, path: Path) -> JournalStorage:
    backend: Any = JournalFileBackend(str(path))
    if plan.compression is Compression.ZSTD:
        from harness.runner.storages.compressed import CompressedBackend

        backend = CompressedBackend(backend)
    return OneWriteJournal(backend) if plan.writes is Writes.AT_END else JournalStorage(backend)


def _sqlite_url(path: Path) -> str:
    """The file's URL for Optuna, which fills in what stands in braces; what means something in a URL is quoted."""
    url = URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
    return url.replace("{", "{{").replace("}", "}}")
