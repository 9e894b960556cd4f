"""Databases opened read-only, with every refusal of a driver told in one sentence that holds no password."""

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.attach.histories import sqlite_files
from harness.errors import InputError, LackingError
from harness.model.addresses import HIDDEN
from harness.model.history import StorageKind
from harness.model.redaction import redacted

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

DRIVERS = {
    StorageKind.POSTGRESQL: ("psycopg", "psycopg2", "pg8000"),
    StorageKind.MYSQL: ("mysqldb", "pymysql", "mysqlconnector"),
}
"""Drivers by which each kind can be read, the harness's own choice first; the URL's own is tried before them."""

_EXTRAS = {
    StorageKind.POSTGRESQL: "pip install 'study-harness[postgres]'",
    StorageKind.MYSQL: "pip install pymysql",
}
_BACKENDS = {
    "sqlite": StorageKind.SQLITE,
    "postgresql": StorageKind.POSTGRESQL,
    "mysql": StorageKind.MYSQL,
    "mariadb": StorageKind.MYSQL,
}
_CONNECT_S = 10


def kind_of(scheme: str) -> StorageKind | None:
    """The kind of database that a URL's scheme (`postgresql+psycopg`) names; None for any other scheme."""
    return _BACKENDS.get(scheme.partition("+")[0])


@contextmanager
def connected(url: "URL") -> Iterator["Connection"]:
    """A connection that cannot write. Raises InputError or LackingError; the address's password is in neither."""
    from sqlalchemy.exc import SQLAlchemyError

    engine = _engine(url)
    try:
        with engine.connect().execution_options(**_options(url)) as connection:
            yield connection
    except (SQLAlchemyError, OSError) as error:
        raise InputError(_refusal(error, url)) from None  # its text and its context may hold the address
    finally:
        engine.dispose()


def sqlite_path(url: "URL") -> Path:
    """The file that a sqlite URL names; raises InputError for a database in memory."""
    name = url.database or ""
    if name.startswith("file:"):
        name = urllib.parse.unquote(name.removeprefix("file:").partition("?")[0])
    if name in ("", ":memory:"):
        raise InputError(f"{url} is a database in memory, which ends with its process: name a file or a server")
    return Path(name)


def shown_as(url: "URL") -> str:
    """The URL for people: without its password."""
    return redacted(url.render_as_string(hide_password=True))


def parse(address: str) -> "URL":
    """The URL as SQLAlchemy has it; raises InputError for what is none."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        raise InputError(
            f"{redacted(address)!r} cannot be understood as a database's URL: "
            "write it as for Optuna, such as sqlite:///study.db or postgresql://user@host/name"
        ) from None


def _engine(url: "URL") -> "Engine":
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    kind = kind_of(url.drivername)
    if kind is StorageKind.SQLITE:
        path = sqlite_path(url)
        sqlite_files.check(path)
        return create_engine("sqlite://", creator=lambda: sqlite_files.connect(path), poolclass=NullPool)
    assert kind is not None
    backend = url.drivername.partition("+")[0]
    for drivername in (url.drivername, *(f"{backend}+{driver}" for driver in DRIVERS[kind])):
        try:
            engine = create_engine(
                url.set(drivername=drivername),
                poolclass=NullPool,
                connect_args=_patience(url, drivername),
                hide_parameters=True,
            )
        except (ImportError, LookupError):  # the driver is not installed, or SQLAlchemy does not know it
            continue
        if engine.dialect.is_async:
            continue
        if kind is StorageKind.MYSQL:
            event.listen(engine, "connect", _forbid_writing)
        return engine
    raise LackingError(f"no driver for {backend} is installed: {_EXTRAS[kind]}, or use the environment of the study")


def _patience(url: "URL", drivername: str) -> dict[str, Any]:
    """How long to wait for a server that does not answer, where the URL does not say and the driver has the option."""
    has_option = drivername.partition("+")[2] not in ("pg8000", "mysqlconnector")
    return {"connect_timeout": _CONNECT_S} if has_option and "connect_timeout" not in url.query else {}


def _options(url: "URL") -> dict[str, Any]:
    return {"postgresql_readonly": True} if kind_of(url.drivername) is StorageKind.POSTGRESQL else {}


def _forbid_writing(connection: Any, record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")


def _refusal(error: Exception, url: "URL") -> str:
    """What the driver said, in one line without the password in any of its spellings."""
    said = str(getattr(error, "orig", None) or error)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    reason = redacted(lines[0] if lines else type(error).__name__)
    for secret in _secrets(url):
        reason = reason.replace(secret, HIDDEN)
    shown = shown_as(url)
    if kind_of(url.drivername) is StorageKind.SQLITE:
        return f"{shown} cannot be read ({reason}): {sqlite_files.way_out(reason)}"
    return f"{shown} cannot be read ({reason}): check that the server runs, and the user, password and name in the URL"


def _secrets(url: "URL") -> list[str]:
    """The password as typed and as it stands in a URL, longest first.

    An unescaped @ or / in it makes its end a part of the host's name, and the query may hold one too.
    """
    words = [str(url.password or ""), (url.host or "").rpartition("@")[0]]
    words += [value for name in ("password", "passwd") for value in (url.query.get(name),) if isinstance(value, str)]
    return sorted({spelt for word in words for spelt in (word, urllib.parse.quote(word, safe=""))} - {""}, key=len)[
        ::-1
    ]
