"""Storages: each lies in the run's own folder, opened as its plan has it, and leaves one file when it is closed."""

from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import JournalStorage, RDBStorage

from harness.model.plan import Plan, SqliteMode, StorageKind
from harness.runner.storages import close_storage, open_storage
from tests.runner.storages.conftest import LEVERS, PLAIN, with_levers


@pytest.mark.parametrize("name", ["plain", "sp ace", "{study}", "what?", "half#way", "50%20", "ü"])
def test_a_database_lies_in_its_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    storage = open_storage(Plan(workload="x", storage=StorageKind.SQLITE), folder)
    optuna.create_study(storage=storage, study_name="study")
    close_storage(storage)

    assert [file.name for file in folder.iterdir()] == ["study.sqlite3"]
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("mode", SqliteMode)
def test_only_a_tuned_database_has_a_log_and_waits_less_for_the_disk(tmp_path: Path, mode: SqliteMode) -> None:
    storage: Any = open_storage(Plan(workload="x", storage=StorageKind.SQLITE, sqlite=mode), tmp_path)
    with storage._backend.engine.connect() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    close_storage(storage)

    full, normal = 2, 1
    expected = ("wal", normal) if mode is SqliteMode.TUNED else ("delete", full)
    assert (journal, synchronous) == expected


def test_a_tuned_database_is_one_file_again_when_it_is_closed(tmp_path: Path) -> None:
    storage = open_storage(with_levers("sqlite-tuned"), tmp_path)
    study = optuna.create_study(storage=storage)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2, n_jobs=2)
    while_open = {file.name for file in tmp_path.iterdir()}
    close_storage(storage)

    assert while_open == {"study.sqlite3", "study.sqlite3-wal", "study.sqlite3-shm"}
    assert [file.name for file in tmp_path.iterdir()] == ["study.sqlite3"]
    assert len(optuna.load_study(study_name=None, storage=f"sqlite:///{tmp_path}/study.sqlite3").trials) == 2


@pytest.mark.parametrize("levers", LEVERS)
def test_optuna_takes_a_storage_with_levers_for_what_it_extends(tmp_path: Path, levers: str) -> None:
    plan = with_levers(levers)
    storage = open_storage(plan, tmp_path)
    if plan.storage is StorageKind.SQLITE:
        assert type(storage).__name__ == "_CachedStorage"  # the cache stands before the levers
        assert isinstance(storage._backend, RDBStorage)  # type: ignore[attr-defined]
    else:
        assert isinstance(storage, JournalStorage)
    close_storage(storage)


def test_without_levers_the_storage_is_optunas_own(tmp_path: Path) -> None:
    storage: Any = open_storage(PLAIN, tmp_path)
    assert type(storage._backend) is RDBStorage
    close_storage(storage)
