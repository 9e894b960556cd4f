"""Studies made by the real Optuna, to be read back without it."""

import shutil
from pathlib import Path

import optuna
import pytest
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from tests.servers import PostgreSQL

FINISHED = 7
RUNNING_NUMBER = 7
ATTRIBUTE = {"fold": [1, 2, 3], "note": "ünïcode"}


def fill(storage: BaseStorage, name: str = "demo") -> optuna.Study:
    """Nine trials: four complete (two with equal parameters), two pruned, one failed, one RUNNING, one waiting."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        storage=storage, study_name=name, sampler=optuna.samplers.RandomSampler(seed=1), load_if_exists=True
    )
    for x in (0.5, 0.5, 0.25, 0.75):
        study.enqueue_trial({"x": x, "k": 2, "c": None})
    for index in range(FINISHED):
        trial = study.ask()
        trial.suggest_float("x", -1, 1)
        trial.suggest_int("k", 1, 9)
        trial.suggest_categorical("c", ["a", None, 3])
        if index < 4:
            trial.set_user_attr("result", ATTRIBUTE)
            study.tell(trial, -float("inf") if index == 3 else float(index))
        elif index < 6:
            trial.report(1.0, 0)
            trial.report(float("nan"), 5)
            study.tell(trial, state=TrialState.PRUNED)
        else:
            study.tell(trial, state=TrialState.FAIL)
    study.ask().suggest_float("x", -1, 1)
    study.enqueue_trial({"x": 0.1})
    return study


def close(storage: BaseStorage) -> None:
    storage.remove_session()
    engine = getattr(storage, "engine", None)
    if engine is not None:
        engine.dispose()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `study.db` and `study.log`, the same study by the same calls."""
    folder = tmp_path_factory.mktemp("filled")
    for storage in (
        RDBStorage(f"sqlite:///{folder}/study.db"),
        JournalStorage(JournalFileBackend(f"{folder}/study.log")),
    ):
        fill(storage)
        close(storage)
    return folder


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled / "study.db", tmp_path))


@pytest.fixture
def journal(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled / "study.log", tmp_path))


@pytest.fixture(scope="session")
def filled_server(postgresql: PostgreSQL) -> str:
    """The same study in PostgreSQL."""
    postgresql.execute("CREATE DATABASE filled")
    storage = RDBStorage(postgresql.url("filled"))
    fill(storage)
    close(storage)
    return postgresql.url("filled")


@pytest.fixture(scope="session")
def filled_mysql(mysql: str) -> str:
    """The same study in MariaDB."""
    storage = RDBStorage(mysql)
    fill(storage)
    close(storage)
    return mysql
