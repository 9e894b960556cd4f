"""An existing study by its address, whatever it lies in: a database's URL, or a file's path."""

import difflib
from pathlib import Path

from harness.attach.histories import databases, journal, sqlite_files
from harness.attach.histories.files import check_file
from harness.attach.histories.past import History
from harness.errors import InputError
from harness.model.redaction import redacted

_JOURNAL = "journal"
_SCHEMES = ("sqlite", "postgresql", "mysql", "mariadb", _JOURNAL)


def read_history(address: str, name: str | None = None) -> History:
    """Read a study's history, and change nothing.

    `address` is the URL of a database as Optuna takes it, the path of a SQLite or journal file, or journal:///path;
    `name` the study's, not needed where there is only one. Raises InputError or LackingError: one sentence that says
    what is wrong, without the address's password.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return _read_file(Path(address), name)
    if scheme == _JOURNAL:
        return journal.read(Path(rest.removeprefix("localhost")), name)
    if databases.kind_of(scheme) is None:
        raise InputError(f"{redacted(address)!r}: {_advice(scheme)}")
    from harness.attach.histories import rdb  # imports SQLAlchemy

    return rdb.read(databases.parse(address), name)


def _read_file(path: Path, name: str | None) -> History:
    check_file(path)
    if not sqlite_files.is_sqlite(path):
        return journal.read(path, name)
    from sqlalchemy import URL

    from harness.attach.histories import rdb

    return rdb.read(URL.create("sqlite", database=str(path)), name)


def _advice(scheme: str) -> str:
    if scheme == "redis":
        return "a journal kept in Redis cannot be read: name a journal file or a database"
    near = difflib.get_close_matches(scheme, _SCHEMES, n=1)
    if near:
        return f"{scheme!r} is no storage that can be read: did you mean {near[0]}://?"
    return f"{scheme!r} is no storage that can be read: it is one of {', '.join(_SCHEMES)}, or a file's path"
