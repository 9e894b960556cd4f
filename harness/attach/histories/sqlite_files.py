"""SQLite files opened such that nothing is created, locked for long or changed."""

import sqlite3
import urllib.parse
from pathlib import Path

from harness.attach.histories.files import check_file
from harness.errors import InputError

MAGIC = b"SQLite format 3\0"
_WRITE_VERSION = 18  # byte of the file's header: 2 says that it has a write-ahead log
_WAL = 2
_BUSY_S = 30.0  # as long as a study that is running may keep its lock


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as SQLite's do."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def connect(path: Path) -> sqlite3.Connection:
    """A connection that can only read. Raises sqlite3.Error, later than here where the file is damaged."""
    connection = sqlite3.connect(_uri(path), uri=True, timeout=_BUSY_S, check_same_thread=False)
    connection.execute("PRAGMA query_only = ON")
    return connection


def check(path: Path) -> None:
    """Raises InputError, which says what is wrong, for what is not a SQLite file with something in it."""
    check_file(path)
    if not is_sqlite(path):
        raise InputError(f"{path} is no SQLite database: a journal is named by its path, without sqlite:///")


def way_out(reason: str) -> str:
    """What to do about an error of SQLite's, by its own words."""
    if "locked" in reason:
        return "a writer holds it; try again when it is done"
    if "readonly" in reason:
        return (
            "a writer was killed within a transaction, which only a writer can take back; open it once with Optuna or "
            "sqlite3, or a copy of it and of the file beside it (-journal)"
        )
    return "is it whole, and are the files beside it (-wal, -journal) with it?"


def _uri(path: Path) -> str:
    """The file as SQLite's URI, read-only.

    A database with a write-ahead log that nobody has open is read as immutable: SQLite would otherwise make the two
    files that belong to it, and refuse a folder that is read-only.
    """
    quoted = urllib.parse.quote(str(path.absolute()))
    return f"file:{quoted}?{'immutable=1' if _has_idle_log(path) else 'mode=ro'}"


def _has_idle_log(path: Path) -> bool:
    with path.open("rb") as file:
        header = file.read(_WRITE_VERSION + 1)
    log = path.with_name(f"{path.name}-wal")
    return len(header) > _WRITE_VERSION and header[_WRITE_VERSION] == _WAL and not (log.exists() and log.stat().st_size)
