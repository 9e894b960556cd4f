"""SQLite with a write-ahead log and `synchronous=NORMAL`."""

from typing import Any

from sqlalchemy import Engine, event


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
