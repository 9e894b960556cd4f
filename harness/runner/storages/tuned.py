"""SQLite with a write-ahead log and `synchronous=NORMAL`, folded back into the one file when it is closed."""

from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError


def tune(engine: Engine) -> None:
    """Open every further connection of the engine tuned; those that are open already are closed.

    A commit then waits for the disk at checkpoints alone: a power failure may lose the last commits, but never damages
    the file, and a killed process loses nothing.
    """
    event.listen(engine, "connect", _tune)
    engine.dispose()


def _tune(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def fold_back(engine: Engine) -> None:
    """Write what the log holds into the database's file; where others still use it, they will."""
    with suppress(OperationalError), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
