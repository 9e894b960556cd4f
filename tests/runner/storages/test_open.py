"""Storages: each lies in the run's own folder, whatever that is called."""

from pathlib import Path

import optuna
import pytest
from optuna.storages import RDBStorage

from harness.model.plan import Plan, StorageKind
from harness.runner.storages import open_storage


@pytest.mark.parametrize("name", ["plain", "sp ace", "{study}", "what?", "half#way", "50%20", "ü"])
def test_a_database_lies_in_its_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    storage = open_storage(Plan(workload="x", storage=StorageKind.SQLITE), folder)
    optuna.create_study(storage=storage, study_name="study")
    backend = getattr(storage, "_backend")  # noqa: B009 - behind Optuna's cache
    assert isinstance(backend, RDBStorage)
    backend.remove_session()
    backend.engine.dispose()

    assert [file.name for file in folder.iterdir()] == ["study.sqlite3"]
    assert list(tmp_path.iterdir()) == [folder]
