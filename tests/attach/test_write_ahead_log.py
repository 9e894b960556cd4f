"""Whether an SQLite database has a write-ahead log is known without opening it, and is not advised where it is on."""

from pathlib import Path

import optuna
import pytest
from sqlalchemy import event

from harness.attach.recorder import Recorder
from harness.attach.studies import describe, observed
from harness.findings.registry import find
from tests.findings.cases import spans
from tests.findings.studies import study, with_study


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_the_log_is_seen_by_its_file(mode: str, recorder: Recorder, tmp_path: Path) -> None:
    storage = optuna.storages.RDBStorage(f"sqlite:///{tmp_path / 'study.db'}")
    event.listen(storage.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA journal_mode={mode}"))
    storage.engine.dispose()
    given = optuna.create_study(storage=storage)
    with observed(recorder):
        given.set_user_attr("a", 1)
        row = describe(given._storage, 0)
    storage.engine.dispose()
    assert row is not None
    assert row.is_wal is (mode == "WAL")


def test_a_study_in_memory_has_none(recorder: Recorder) -> None:
    with observed(recorder):
        given = optuna.create_study()
        row = describe(given._storage, 0)
    assert row is not None
    assert row.is_wal is None


@pytest.mark.parametrize(
    ("is_wal", "said"), [(True, "is on already"), (False, "journal_mode=WAL"), (None, "journal_mode=WAL")]
)
def test_what_is_on_is_not_advised(is_wal: bool | None, said: str) -> None:
    profile = with_study(study(spans(storage=(0.2, 0.05))), is_wal=is_wal)
    (finding,) = [one for one in find(profile) if one.rule == "storage-dominates"]
    assert said in finding.remedy
