"""What every reader gives back, whatever the storage: the study as Optuna itself shows it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend

from harness.attach.histories.past import STATES, History
from harness.attach.histories.reading import read_history
from harness.errors import InputError
from harness.model.history import StorageKind
from tests.attach.histories.conftest import RUNNING_NUMBER, close


@pytest.fixture(
    params=[
        StorageKind.SQLITE,
        StorageKind.JOURNAL,
        pytest.param(StorageKind.POSTGRESQL, marks=pytest.mark.server),
        pytest.param(StorageKind.MYSQL, marks=pytest.mark.server),
    ]
)
def kind(request: pytest.FixtureRequest) -> StorageKind:
    found: StorageKind = request.param
    return found


@pytest.fixture
def address(kind: StorageKind, request: pytest.FixtureRequest) -> str:
    match kind:
        case StorageKind.SQLITE:
            return f"sqlite:///{request.getfixturevalue('database')}"
        case StorageKind.JOURNAL:
            return str(request.getfixturevalue("journal"))
        case StorageKind.POSTGRESQL:
            return str(request.getfixturevalue("filled_server"))
        case StorageKind.MYSQL:
            return str(request.getfixturevalue("filled_mysql"))


@pytest.fixture
def as_optuna_has_it(kind: StorageKind, address: str) -> Iterator[optuna.Study]:
    is_journal = kind is StorageKind.JOURNAL
    storage = JournalStorage(JournalFileBackend(address)) if is_journal else RDBStorage(address)
    yield optuna.load_study(study_name="demo", storage=storage)
    close(storage)


def test_every_finished_trial_is_as_optuna_has_it(address: str, as_optuna_has_it: optuna.Study) -> None:
    expected = [trial for trial in as_optuna_has_it.get_trials() if trial.state.is_finished()]
    read = {trial.number: trial for trial in read_history(address).trials}
    assert sorted(read) == [trial.number for trial in expected]
    for trial in expected:
        mine = read[trial.number]
        assert mine.state is STATES[trial.state.name]
        assert mine.values == (None if trial.values is None else tuple(trial.values))
        assert mine.params == trial.params
        assert {name: type(value) for name, value in mine.params.items()} == {
            name: type(value) for name, value in trial.params.items()
        }
        assert trial.datetime_start is not None
        assert trial.datetime_complete is not None
        assert mine.started_s == pytest.approx(trial.datetime_start.timestamp(), abs=1e-5)
        assert mine.elapsed_s == pytest.approx((trial.datetime_complete - trial.datetime_start).total_seconds())
        assert mine.user_attributes == len(trial.user_attrs)
        assert mine.intermediate_values == len(trial.intermediate_values)


def test_what_is_not_finished_is_counted(address: str, as_optuna_has_it: optuna.Study, kind: StorageKind) -> None:
    facts = read_history(address).facts
    running = as_optuna_has_it.get_trials()[RUNNING_NUMBER]
    assert running.datetime_start is not None
    assert facts.storage is kind
    assert facts.study == "demo"
    assert facts.directions == ("minimize",)
    assert facts.running == (RUNNING_NUMBER,)
    assert facts.running_since_s == pytest.approx(running.datetime_start.timestamp(), abs=1e-5)
    assert facts.waiting == 1


def test_what_is_stored_is_counted_over_all_trials(address: str, as_optuna_has_it: optuna.Study) -> None:
    trials, rows = as_optuna_has_it.get_trials(), read_history(address).facts.rows
    assert rows.trials == len(trials) == 9
    assert rows.params == sum(len(trial.params) for trial in trials)
    assert rows.user_attributes == 4
    assert rows.system_attributes == sum(len(trial.system_attrs) for trial in trials)
    assert rows.intermediate_values == 4


def test_every_storage_counts_the_same_bytes(filled: Path) -> None:
    from_database, from_journal = (read_history(str(filled / name)) for name in ("study.db", "study.log"))
    assert from_database.facts.rows.attribute_bytes == from_journal.facts.rows.attribute_bytes > 0
    assert _sizes(from_database) == _sizes(from_journal)


def _sizes(history: History) -> list[int]:
    return [trial.attribute_bytes for trial in sorted(history.trials, key=lambda trial: trial.number)]


def test_several_objectives_keep_their_order(tmp_path: Path) -> None:
    for storage in (
        RDBStorage(f"sqlite:///{tmp_path}/m.db"),
        JournalStorage(JournalFileBackend(f"{tmp_path}/m.log")),
    ):
        study = optuna.create_study(storage=storage, directions=["maximize", "minimize"])
        study.tell(study.ask(), [3.0, 1.0])
        study.tell(study.ask(), [1.0, float("inf")])
        close(storage)
    for name in ("m.db", "m.log"):
        history = read_history(str(tmp_path / name))
        assert history.facts.directions == ("maximize", "minimize")
        assert [trial.values for trial in history.trials] == [(3.0, 1.0), (1.0, float("inf"))]


def test_one_study_of_several_is_read_alone(tmp_path: Path) -> None:
    for storage in (
        RDBStorage(f"sqlite:///{tmp_path}/two.db"),
        JournalStorage(JournalFileBackend(f"{tmp_path}/two.log")),
    ):
        studies = [optuna.create_study(storage=storage, study_name=name) for name in ("first", "second")]
        for index in range(6):
            trial = studies[index % 2].ask()
            trial.suggest_int("index", index, index)
            studies[index % 2].tell(trial, float(index))
        close(storage)
    for name in ("two.db", "two.log"):
        history = read_history(str(tmp_path / name), "second")
        assert [(trial.number, trial.params) for trial in history.trials] == [
            (0, {"index": 1}),
            (1, {"index": 3}),
            (2, {"index": 5}),
        ]
        assert history.facts.rows.params == 3
        with pytest.raises(InputError, match=r"holds 2 studies: choose one with --name: 'first', 'second'"):
            read_history(str(tmp_path / name))


def test_trials_that_were_copied_in_are_told_from_trials_that_ran(tmp_path: Path) -> None:
    for storage in (
        RDBStorage(f"sqlite:///{tmp_path}/c.db"),
        JournalStorage(JournalFileBackend(f"{tmp_path}/c.log")),
    ):
        study = optuna.create_study(storage=storage)
        study.add_trial(optuna.trial.create_trial(value=1.0, user_attrs={"a": [1, 2]}))
        close(storage)
    for name in ("c.db", "c.log"):
        history = read_history(str(tmp_path / name))
        assert [(trial.elapsed_s, trial.attribute_bytes) for trial in history.trials] == [(0.0, 6)]
        assert any(note.startswith("1 trial of no duration: added to the study") for note in history.facts.notes)


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}", "sqlite:///file:{}?mode=ro&uri=true"])
def test_a_sqlite_file_is_named_by_url_or_path(database: Path, form: str) -> None:
    assert len(read_history(form.format(database)).trials) == 7


@pytest.mark.parametrize("form", ["{}", "journal://{}", "journal://localhost{}"])
def test_a_journal_is_named_by_url_or_path(journal: Path, form: str) -> None:
    assert len(read_history(form.format(journal)).trials) == 7


def test_a_path_may_hold_what_a_url_may_not(database: Path, tmp_path: Path) -> None:
    odd = tmp_path / "100% of it? #1.db"
    shutil.copy(database, odd)
    assert len(read_history(str(odd)).trials) == 7


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("sqlite:///nowhere.db", "there is no file nowhere.db: name the study's database or journal"),
        ("nowhere.log", "there is no file nowhere.log: name the study's database or journal"),
        ("journal:///nowhere.log", "there is no file /nowhere.log: name the study's database or journal"),
        ("sqlite://", "sqlite:// is a database in memory, which ends with its process: name a file or a server"),
        (
            "postgres://u:secret@h/d",
            "'postgres://u:***@h/d': 'postgres' is no storage that can be read: did you mean postgresql://?",
        ),
        (
            "redis://:secret@h",
            "'redis://:***@h': a journal kept in Redis cannot be read: name a journal file or a database",
        ),
        (
            "ftp://h/f",
            (
                "'ftp://h/f': 'ftp' is no storage that can be read: it is one of sqlite, postgresql, mysql, mariadb, "
                "journal, or a file's path"
            ),
        ),
        (
            "postgresql://u:secret@h:port/d",
            (
                "'postgresql://u:***@h:port/d' cannot be understood as a database's URL: write it as for Optuna, such "
                "as sqlite:///study.db or postgresql://user@host/name"
            ),
        ),
    ],
)
def test_an_address_that_names_no_study_is_one_sentence(
    address: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refusal:
        read_history(address)
    assert str(refusal.value) == sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "journal://{}"])
@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/dev/zero", "/dev/zero is no regular file: name the study's database or journal"),
        ("/dev/null/study.db", "there is no file /dev/null/study.db: name the study's database or journal"),
        ("/" + "x" * 300, f"/{'x' * 300} cannot be read (File name too long): name a file that can"),
    ],
)
def test_a_path_that_no_study_can_have_is_one_sentence(path: str, sentence: str, form: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_history(form.format(path))
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "journal://{}"])
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (Path.mkdir, "is a folder: name the database or journal file in it"),
        (Path.touch, "is empty: no study was ever written to it"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" * 9), "is n"),
        (lambda path: path.write_text("a,b\n1,2\n"), "is n"),
    ],
)
def test_a_path_that_is_no_study_is_one_sentence(
    make: Callable[[Path], object], sentence: str, form: str, tmp_path: Path
) -> None:
    path = tmp_path / "it"
    make(path)
    with pytest.raises(InputError) as refusal:
        read_history(form.format(path))
    assert str(refusal.value).startswith(f"{path} {sentence}")
