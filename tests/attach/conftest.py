"""Observed storages on inner storages of each kind, with a recorder that writes into the test's folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from optuna.storages import BaseStorage

from harness.attach.recorder import Recorder
from harness.model.plan import StorageKind
from harness.probes.ledger import Ledger
from harness.runner.storages import open_storage

OpenInner = Callable[[StorageKind], BaseStorage]


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path, 0, Ledger(), lambda: 1_000)


@pytest.fixture
def open_inner(tmp_path: Path) -> Iterator[OpenInner]:
    """Opens a storage of a kind on files of its own, and closes what it opened."""
    opened: list[BaseStorage] = []

    def open_(kind: StorageKind) -> BaseStorage:
        folder = tmp_path / f"inner-{len(opened)}"
        folder.mkdir()
        opened.append(open_storage(kind, folder))
        return opened[-1]

    yield open_
    for storage in opened:
        storage.remove_session()
        engine = getattr(getattr(storage, "_backend", None), "engine", None)
        if engine is not None:
            engine.dispose()
