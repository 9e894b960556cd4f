"""Trials that were being told when their process was killed: the storage's file decides, where there is one."""

import os
from pathlib import Path

import optuna
import pytest
from optuna.storages.journal import JournalFileBackend

from harness.attach.settling import settle
from harness.model.appending import append_row
from harness.model.codec import encode
from harness.model.endings import EndingSlots, read_endings
from harness.model.record import StudyRow
from harness.model.store import encode_trial, read_record, trial_rows_path, write_json
from tests.fakes import a_header, a_row

GONE = 2**22 + 7  # no process has such a number


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A study whose trials 0 and 1 have ended, and 2 has not."""
    path = tmp_path / "study.journal"
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(path)))
    study = optuna.create_study(storage=storage, study_name="s")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    study.ask()
    return path


def a_record(folder: Path, pid: int, storage: str, url: str | None) -> Path:
    """Trial 0 has its row; 1 and 2 were being told."""
    folder.mkdir()
    write_json(folder / "run.json", encode(a_header()))
    study = StudyRow(
        pid=pid,
        index=0,
        name="s",
        storage=storage,
        storage_url=url,
        sampler="",
        pruner="",
        directions=("minimize",),
        optuna=None,
    )
    append_row(trial_rows_path(folder, pid), {"kind": "study", **encode(study)})
    append_row(trial_rows_path(folder, pid), encode_trial(a_row(number=0, pid=pid)))
    slots = EndingSlots(folder, pid)
    for number in (0, 1, 2):
        slots.note(number, encode_trial(a_row(number=number, pid=pid)))
    return folder


def test_what_the_storage_has_gets_its_row_and_what_it_has_not_is_struck_out(tmp_path: Path, journal: Path) -> None:
    folder = a_record(tmp_path / "r", GONE, "JournalStorage", str(journal))

    settle(folder)
    settle(folder)

    assert [row.number for row in read_record(folder).trials] == [0, 1]
    assert list(read_endings(folder)) == []


@pytest.mark.parametrize(
    ("storage", "url"),
    [
        ("InMemoryStorage", None),
        ("JournalStorage", "redis://host/0"),
        ("RDBStorage", "postgresql://host/db"),
        ("JournalStorage", "/not/there"),
        ("RDBStorage", "sqlite:////not/there.db"),
    ],
)
def test_what_cannot_be_asked_is_left(storage: str, url: str | None, tmp_path: Path) -> None:
    folder = a_record(tmp_path / "r", GONE, storage, url)

    settle(folder)

    assert [row.number for row in read_record(folder).trials] == [0, 1, 2]


def test_a_process_that_is_still_there_settles_its_own(tmp_path: Path, journal: Path) -> None:
    folder = a_record(tmp_path / "r", os.getpid(), "JournalStorage", str(journal))

    settle(folder)

    assert len(list(read_endings(folder))) == 3


def test_nothing_is_asked_where_nothing_was_being_told(tmp_path: Path) -> None:
    settle(tmp_path / "no record")
