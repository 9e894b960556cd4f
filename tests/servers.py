"""Real servers for tests: started in a folder of their own, on a port of the loopback, and ended with the session."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

USER, PASSWORD = "tester", "p@ss:w/rd"
QUOTED_PASSWORD = "p%40ss%3Aw%2Frd"
_START_S = 60.0
_UNPRIVILEGED = ("postgres", "nobody")  # the server refuses to run as root


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgreSQL:
    """A running server with a superuser that needs a password over TCP."""

    port: int
    psql: str
    folder: Path

    def url(self, database: str = "postgres", user: str = USER, password: str = QUOTED_PASSWORD) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str, database: str = "postgres") -> None:
        """Run statements as the superuser."""
        server = ("-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database)
        command = [self.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", *server, "-c", sql]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PGPASSWORD": PASSWORD})


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server of this session's own; skipped where none is installed."""
    programs = _postgresql_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: Debian's package is postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed: it comes with the extra `postgres`")
    folder = Path(tempfile.mkdtemp(prefix="harness-pg-"))  # short: a socket's path has at most 107 bytes
    as_user = _unprivileged(folder)
    try:
        _initialise(programs, folder, as_user)
        port = _free_port()
        command = [*as_user, f"{programs}/postgres", "-D", f"{folder}/data", "-p", str(port), "-h", "127.0.0.1"]
        command += ["-k", str(folder), "-F", "-c", "fsync=off", "-c", "timezone=UTC"]
        with _running(command, folder / "log", signal.SIGINT) as server:  # a fast shutdown
            ready = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
            _await(lambda: not subprocess.run(ready, check=False).returncode, server, folder / "log")
            yield PostgreSQL(port=port, psql=f"{programs}/psql", folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def mysql() -> Iterator[str]:
    """The address of an empty database on a MariaDB server of this session's own; skipped where none is installed."""
    program = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("MariaDB is not installed: Debian's package is mariadb-server-core")
    pytest.importorskip("pymysql", reason="pymysql is not installed: it is one of the drivers for MySQL")
    system = Path(program).parents[1]
    tables = system / "share" / "mysql"
    folder = Path(tempfile.mkdtemp(prefix="harness-my-"))
    port = _free_port()
    server = [program, "--no-defaults", f"--datadir={folder}/data", f"--lc-messages-dir={tables}"]
    server += [f"--plugin-dir={system}/lib/mysql/plugin", f"--pid-file={folder}/pid", f"--socket={folder}/socket"]
    server += [] if os.geteuid() else ["--user=root"]  # which it refuses to be without being told
    try:
        (folder / "data").mkdir()
        made = ("mysql_system_tables.sql", "mysql_system_tables_data.sql")
        sql = "".join((tables / name).read_text(encoding="utf-8") for name in made)
        boot = f"CREATE DATABASE mysql;\nUSE mysql;\n{sql}".encode()
        subprocess.run([*server, "--bootstrap"], input=boot, check=True, capture_output=True)
        user = f"tester@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'"
        sql = f"FLUSH PRIVILEGES;\nCREATE DATABASE empty;\nGRANT ALL ON empty.* TO {user};\n"
        (folder / "init.sql").write_text(sql, encoding="utf-8")
        options = [
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--init-file={folder}/init.sql",
            "--skip-name-resolve",
        ]
        with _running([*server, *options], folder / "log", signal.SIGTERM) as process:
            _await(lambda: _listens(port), process, folder / "log")
            yield f"mysql+pymysql://{USER}:{QUOTED_PASSWORD}@127.0.0.1:{port}/empty"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command: Sequence[str], log: Path, ending: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True)
    try:
        yield process
    finally:
        process.send_signal(ending)
        process.wait(timeout=_START_S)


def _postgresql_programs() -> Path | None:
    """The folder of the newest server's programs; Debian keeps them off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _unprivileged(folder: Path) -> Sequence[str]:
    """What a command is prefixed with so that it does not run as root; gives the folder to that user."""
    if os.geteuid():
        return ()
    for name in _UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")
    pytest.skip(f"PostgreSQL refuses root, and there is none of the users {', '.join(_UNPRIVILEGED)}")


def _initialise(programs: Path, folder: Path, as_user: Sequence[str]) -> None:
    password = folder / "password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    password.chmod(0o644)
    command = [*as_user, f"{programs}/initdb", "-D", f"{folder}/data", "-U", USER, f"--pwfile={password}"]
    command += ["--auth=scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


def _await(is_up: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + _START_S
    while time.monotonic() < deadline_s and server.poll() is None:
        if is_up():
            return
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
