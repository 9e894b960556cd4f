"""Observed storages on inner storages of each kind, with a recorder that writes into the test's folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from optuna.storages import BaseStorage
from sqlalchemy import event

from harness.attach.instruments import Instruments
from harness.attach.recorder import Recorder
from harness.model.plan import Plan, StorageKind
from harness.probes.ledger import Ledger
from harness.runner.storages import open_storage
from tests.servers import mysql, postgresql

__all__ = ["mysql", "postgresql"]  # fixtures, one server for all tests below

OpenInner = Callable[[StorageKind], BaseStorage]
INSTRUMENTS = Instruments(rss=lambda: 1_000, peak=lambda: 3_000, reset_peak=lambda: True, children_s=lambda: 0.0)


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path, 0, Ledger(), INSTRUMENTS)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with Optuna's tables and nothing in them: making those is most of the time of a short test."""
    folder = tmp_path_factory.mktemp("empty")
    close(open_storage(Plan(workload="x", storage=StorageKind.SQLITE), folder))
    return folder / "study.sqlite3"


@pytest.fixture
def open_inner(tmp_path: Path, empty_sqlite: Path) -> Iterator[OpenInner]:
    """Opens a storage of a kind on files of its own, and closes what it opened."""
    opened: list[BaseStorage] = []

    def open_(kind: StorageKind) -> BaseStorage:
        folder = tmp_path / f"inner-{len(opened)}"
        folder.mkdir()
        if kind is StorageKind.SQLITE:
            shutil.copy(empty_sqlite, folder)
        storage = open_storage(Plan(workload="x", storage=kind), folder)
        if kind is StorageKind.SQLITE:
            close(storage)
            event.listen(storage._backend.engine, "connect", _without_waiting_for_the_disk)  # type: ignore[attr-defined]
        opened.append(storage)
        return storage

    yield open_
    for storage in opened:
        close(storage)


def close(storage: BaseStorage) -> None:
    storage.remove_session()
    engine = getattr(getattr(storage, "_backend", None), "engine", None)
    if engine is not None:
        engine.dispose()


def _without_waiting_for_the_disk(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")
