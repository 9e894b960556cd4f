"""Storages with each lever, opened on a copy of an empty database, and closed when the test is over."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import BaseStorage
from sqlalchemy import event

from harness.model.plan import Compression, Plan, SqliteMode, StorageKind, Writes
from harness.runner.storages import close_storage, open_storage

PLAIN = Plan(workload="x", storage=StorageKind.SQLITE)
LEVERS: dict[str, dict[str, Any]] = {
    "sqlite-tuned": {"sqlite": SqliteMode.TUNED},
    "one-write": {"writes": Writes.AT_END},
    "compress": {"compression": Compression.ZSTD},
    "one-write,compress": {"writes": Writes.AT_END, "compression": Compression.ZSTD},
    "journal": {"storage": StorageKind.JOURNAL},
    "journal,one-write": {"storage": StorageKind.JOURNAL, "writes": Writes.AT_END},
    "journal,compress": {"storage": StorageKind.JOURNAL, "compression": Compression.ZSTD},
    "journal,one-write,compress": {
        "storage": StorageKind.JOURNAL,
        "writes": Writes.AT_END,
        "compression": Compression.ZSTD,
    },
}

Open = Callable[..., BaseStorage]


def with_levers(levers: str) -> Plan:
    """A plan on SQLite with the levers of a name in LEVERS; without any where that is empty."""
    return replace(PLAIN, **LEVERS[levers]) if levers else PLAIN


@pytest.fixture(autouse=True)
def _without_news() -> Iterator[None]:
    """As in a run: telling of each trial costs statements to find the best one."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    yield
    optuna.logging.set_verbosity(before)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with Optuna's tables and nothing in them: making those is most of the time of a short test."""
    folder = tmp_path_factory.mktemp("empty")
    close_storage(open_storage(PLAIN, folder))
    return folder / "study.sqlite3"


@pytest.fixture
def opened(tmp_path: Path, empty_database: Path) -> Iterator[Open]:
    """Opens a plan's storage in a folder, the test's own unless one is given, without waiting for the disk."""
    all_opened: list[BaseStorage] = []

    def open_(plan: Plan, folder: Path = tmp_path) -> BaseStorage:
        folder.mkdir(exist_ok=True)
        if plan.storage is StorageKind.SQLITE and not (folder / "study.sqlite3").exists():
            shutil.copy(empty_database, folder)
        storage = open_storage(plan, folder)
        engine = getattr(getattr(storage, "_backend", None), "engine", None)
        if engine is not None:
            event.listen(engine, "connect", _without_waiting_for_the_disk)
            engine.dispose()
        all_opened.append(storage)
        return storage

    yield open_
    for storage in all_opened:
        close_storage(storage)


def _without_waiting_for_the_disk(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")
