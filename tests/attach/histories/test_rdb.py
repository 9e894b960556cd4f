import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.attach.histories import databases, rdb, sqlite_files
from harness.attach.histories.reading import read_history
from harness.errors import HarnessError, InputError, LackingError
from tests.servers import PASSWORD, QUOTED_PASSWORD, PostgreSQL

SCHEMA_4 = Path(__file__).with_name("optuna_4.sql").read_text(encoding="utf-8")


@contextlib.contextmanager
def changing(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database)
    with contextlib.closing(connection), connection:
        yield connection


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database as Optuna 4.9 lays it out."""
    path = tmp_path / "old.db"
    with changing(path) as connection:
        connection.executescript(SCHEMA_4)
    return path


@pytest.fixture
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "EST5EDT")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_reading_changes_and_creates_nothing(database: Path) -> None:
    before = state_of(database.parent)
    read_history(str(database))
    assert state_of(database.parent) == before


def test_a_database_with_an_idle_write_ahead_log_is_left_as_it_is(database: Path) -> None:
    with changing(database) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    before = state_of(database.parent)
    assert list(before) == ["study.db"]
    assert len(read_history(str(database)).trials) == 7
    assert state_of(database.parent) == before


def test_what_stands_in_the_write_ahead_log_only_is_read(database: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE trials SET state = 'FAIL' WHERE state = 'RUNNING'")
        writer.commit()
        assert (database.parent / "study.db-wal").stat().st_size
        assert read_history(str(database)).facts.running == ()


def test_the_connection_cannot_write(database: Path) -> None:
    with contextlib.closing(sqlite_files.connect(database)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM trials")


@pytest.mark.process
def test_a_read_only_folder_is_enough(database: Path) -> None:
    folder = database.parent
    database.chmod(0o444)
    folder.chmod(0o555)
    code = (
        f"from harness.attach.histories.reading import read_history; print(len(read_history({str(database)!r}).trials))"
    )
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & stat.S_IXOTH:
            parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
    command = [sys.executable, "-c", code]
    if not os.geteuid():  # root may write anywhere: be somebody else
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", *command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        folder.chmod(0o755)
    assert (done.stdout, done.stderr) == ("7\n", "")


def test_a_writer_is_not_held_up_between_chunks(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdb, "CHUNK", 2)
    fill_chunk = rdb._fill

    def write_meanwhile(*arguments: object) -> None:
        with contextlib.closing(sqlite3.connect(database, timeout=0)) as writer, writer:
            writer.execute("UPDATE studies SET study_name = study_name")
        fill_chunk(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(rdb, "_fill", write_meanwhile)
    assert len(read_history(str(database)).trials) == 7


def test_chunks_hand_on_what_one_statement_would(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_history(str(database)).trials
    monkeypatch.setattr(rdb, "CHUNK", 1)
    assert read_history(str(database)).trials == whole


@pytest.mark.usefixtures("new_york")
def test_times_of_optuna_4_are_this_machines_local_time(old: Path) -> None:
    history = read_history(str(old))
    first = history.trials[0]
    assert first.started_s == datetime(2026, 3, 1, 17, 0, 0, 250_000, tzinfo=UTC).timestamp()
    assert first.elapsed_s == 1.5
    assert history.facts.optuna == "4.9.0"
    assert history.facts.notes[0] == (
        "Optuna 4.9.0, which made this database, stores local times without their zone: they were taken for this "
        "machine's (EST); durations do not depend on it."
    ).replace("EST", time.strftime("%Z"))


@pytest.mark.usefixtures("new_york")
def test_times_of_optuna_5_are_utc(old: Path) -> None:
    with changing(old) as connection:
        connection.execute("UPDATE version_info SET library_version = '5.0.0'")
    history = read_history(str(old))
    assert history.trials[0].started_s == datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC).timestamp()
    assert history.facts.notes == ()


def test_everything_of_a_database_of_optuna_4_is_read(old: Path) -> None:
    history = read_history(str(old))
    assert [(trial.number, trial.state.value, trial.values) for trial in history.trials] == [
        (0, "complete", (0.5,)),
        (1, "complete", (float("-inf"),)),
        (2, "pruned", None),
    ]
    assert history.trials[0].params == {"x": 0.5, "k": 3, "c": None}
    assert history.trials[0].user_attributes == 2
    assert history.trials[0].attribute_bytes == len("[1, 2]") + len('"a"')
    assert history.trials[2].intermediate_values == 3
    assert history.facts.running == (3, 4)
    assert history.facts.waiting == 1
    assert history.facts.schema == "12 (v3.2.0.a)"


def test_a_trial_without_times_is_counted_and_left_out(old: Path) -> None:
    with changing(old) as connection:
        connection.execute("UPDATE trials SET datetime_start = NULL WHERE number = 0")
    history = read_history(str(old))
    assert [trial.number for trial in history.trials] == [1, 2]
    assert history.facts.rows.trials == 6
    assert "1 trial without times: left out of everything else in this report." in history.facts.notes


def test_a_clock_that_was_set_back_gives_no_negative_duration(old: Path) -> None:
    with changing(old) as connection:
        connection.execute("UPDATE trials SET datetime_complete = '2026-03-01 11:00:00.000000' WHERE number = 0")
    history = read_history(str(old))
    assert history.trials[0].elapsed_s == 0.0
    assert any("a clock was set back" in note for note in history.facts.notes)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with changing(other) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(InputError, match=r"is no Optuna database: its tables are songs$"):
        read_history(str(other))


def test_a_database_of_optuna_2_is_refused_with_the_way_out(old: Path) -> None:
    with changing(old) as connection:
        connection.execute("ALTER TABLE trial_values DROP COLUMN value_type")
        connection.execute("UPDATE version_info SET library_version = '2.10.1'")
    with pytest.raises(
        InputError, match=r"trial_values lacks value_type; .* Optuna 2\.10\.1: `optuna storage upgrade`"
    ):
        read_history(str(old))


def test_a_damaged_database_is_one_sentence(database: Path) -> None:
    content = database.read_bytes()
    database.write_bytes(content[:4096] + b"\xff" * 40_000 + content[44_096:])
    with pytest.raises(InputError, match=r"study\.db cannot be read \(.*\): is it whole"):
        read_history(str(database))


@pytest.mark.process
def test_a_transaction_that_a_killed_writer_left_is_one_sentence(database: Path) -> None:
    killed = (
        "import os, sqlite3, sys; it = sqlite3.connect(sys.argv[1]); it.execute('PRAGMA cache_size = 1');"
        "it.execute('BEGIN');"
        "it.executemany('INSERT INTO trial_user_attributes (trial_id, \"key\", value_json) VALUES (1, ?, ?)',"
        " [(str(i), 'x' * 500) for i in range(1000)]); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", killed, str(database)], check=True)
    before = state_of(database.parent)
    assert before["study.db-journal"][0]
    with pytest.raises(
        InputError, match=r"a writer was killed within a transaction, which only a writer can take back"
    ):
        read_history(str(database))
    assert state_of(database.parent) == before


def test_a_database_that_a_writer_holds_is_one_sentence(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "_BUSY_S", 0.0)
    with contextlib.closing(sqlite3.connect(database)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match=r"study\.db cannot be read \(database is locked\): a writer holds it"):
            read_history(str(database))


def test_a_driver_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for driver in ("MySQLdb", "pymysql", "mysql", "mysql.connector"):
        monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(LackingError, match=r"^no driver for mysql is installed: pip install pymysql, or use the "):
        read_history("mysql://u:secret@localhost/d")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://u:s3cr%40tail@127.0.0.1:1/d",
        "postgresql+psycopg://u:s3cr@tail@127.0.0.1:1/d",
        "postgresql+psycopg://u@127.0.0.1:1/d?password=s3cr%40tail",
    ],
)
def test_a_password_is_in_no_refusal_however_it_is_spelt(address: str) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: it comes with the extra `postgres`")
    with pytest.raises(HarnessError) as refusal:
        read_history(address)
    assert "s3cr" not in str(refusal.value)
    assert "tail" not in str(refusal.value)
    assert refusal.value.__suppress_context__


@pytest.mark.server
class TestPostgreSQL:
    """On a real server."""

    @pytest.fixture
    def reader(self, postgresql: PostgreSQL, filled_server: str) -> Iterator[str]:
        """The address of a role that may only read."""
        postgresql.execute(
            "CREATE ROLE reader LOGIN PASSWORD 'r'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", "filled"
        )
        yield postgresql.url("filled", "reader", "r")
        postgresql.execute("DROP OWNED BY reader; DROP ROLE reader", "filled")

    def test_a_role_that_may_only_read_is_enough(self, reader: str) -> None:
        assert len(read_history(reader).trials) == 7

    def test_every_statement_runs_where_nothing_can_be_written(
        self, postgresql: PostgreSQL, filled_server: str
    ) -> None:
        from sqlalchemy import text

        def write() -> None:
            with databases.connected(databases.parse(filled_server)) as connection:
                connection.execute(text("SELECT 1"))
                connection.rollback()
                connection.execute(text("DELETE FROM trials"))

        with pytest.raises(InputError, match=r"cannot execute DELETE in a read-only transaction"):
            write()

    def test_a_driver_that_is_not_there_is_replaced_by_one_that_is(self, filled_server: str) -> None:
        assert len(read_history(filled_server.replace("+psycopg:", "+psycopg2:")).trials) == 7

    def test_a_database_without_optunas_tables_is_refused(self, postgresql: PostgreSQL) -> None:
        with pytest.raises(InputError, match=r"/postgres is no Optuna database: it has no tables$"):
            read_history(postgresql.url())

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("postgresql+psycopg://tester:wr0ng-s3cret@127.0.0.1:{port}/filled", "password authentication failed"),
            (f"postgresql+psycopg://tester:{QUOTED_PASSWORD}@127.0.0.1:{{port}}/nothing", "does not exist"),
            (f"postgresql+psycopg://tester:{QUOTED_PASSWORD}@127.0.0.1:1/filled", "Connection refused"),
            (f"postgresql+psycopg://tester:{QUOTED_PASSWORD}@127.0.0.1:{{port}}/filled?sslmode=verify", "sslmode"),
        ],
    )
    def test_a_server_that_refuses_is_one_sentence_without_the_password(
        self, postgresql: PostgreSQL, url: str, reason: str
    ) -> None:
        with pytest.raises(HarnessError) as refusal:
            read_history(url.format(port=postgresql.port))
        said = str(refusal.value)
        assert reason in said
        assert "\n" not in said
        for secret in (PASSWORD, QUOTED_PASSWORD, "wr0ng-s3cret"):
            assert secret not in said
        assert refusal.value.__suppress_context__
