"""Importing a user's module for its objective: its own studies neither run nor reach a storage."""

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest

from harness.attach.importing import studies_held_back
from harness.errors import InputError

OBJECTIVE = "import optuna\n\ndef objective(trial):\n    return trial.suggest_float('x', 0, 1)\n\n"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    plain = {name: getattr(optuna.Study, name) for name in ("optimize", "ask")}
    yield
    sys.modules.pop("mine", None)
    assert {name: getattr(optuna.Study, name) for name in plain} == plain


def imported(text: str) -> tuple[dict[str, object], list[tuple[str, ...]]]:
    """Run a module's text as its import would."""
    space: dict[str, object] = {"__name__": "mine"}
    with studies_held_back("mine") as seen:
        exec(compile(OBJECTIVE + text, "/somewhere/mine.py", "exec"), space)
    return space, seen.directions


STORAGES = [
    "None",
    "'sqlite:///own.db'",
    "optuna.storages.RDBStorage('sqlite:///own.db')",
    "optuna.storages.get_storage('sqlite:///own.db')",
    "optuna.storages.RDBStorage('sqlite:///own.db', heartbeat_interval=60)",
    "optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend('own.log'))",
]


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize(
    "runs",
    [
        "study.optimize(objective, n_trials=5)",
        "trial = study.ask(); study.tell(trial, objective(trial))",
        "try:\n    study.optimize(objective, n_trials=5)\nexcept BaseException:\n    pass",
        "study.enqueue_trial({'x': 0.5})\nstudy.optimize(objective, n_trials=5, n_jobs=2)",
        "import threading\nt = threading.Thread(target=study.optimize, args=(objective, 5))\nt.start()\nt.join()",
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
def test_a_study_that_runs_on_import_is_stopped(tmp_path: Path, storage: str, runs: str) -> None:
    with pytest.raises(InputError, match=r"importing mine runs a study \(.*study\.(optimize|ask)\).*__main__") as told:
        imported(f"study = optuna.create_study(study_name='own', storage={storage}, direction='maximize')\n{runs}\n")

    assert not list(tmp_path.iterdir())
    assert "\n" not in str(told.value)


@pytest.mark.process
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_study_in_a_forked_pool_is_stopped_as_well(tmp_path: Path) -> None:
    text = "study = optuna.create_study(study_name='own', storage='sqlite:///own.db')\n"
    text += "def work(n):\n    study.optimize(objective, n_trials=n)\n"
    text += "import concurrent.futures, multiprocessing\n"
    text += "with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context('fork')) as pool:\n"
    text += "    list(pool.map(stand_in, [1]))\n"
    text = "import sys\nthis = sys.modules[__name__] = type(sys)(__name__)\n" + text.replace(
        "    list(pool", "    this.work = work; stand_in = work\n    list(pool"
    )

    with pytest.raises(InputError, match=r"importing mine runs a study \(mine\.py, line \d+: study\.optimize\)"):
        imported(text)

    assert not list(tmp_path.iterdir())


def test_the_line_that_runs_it_is_named() -> None:
    with pytest.raises(InputError, match=r"\(mine\.py, line 7: study\.optimize\)"):
        imported("study = optuna.create_study()\nstudy.optimize(objective, n_trials=1)\n")


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
def test_a_study_that_is_only_created_is_created_in_memory(tmp_path: Path, storage: str) -> None:
    space, directions = imported(
        f"study = optuna.create_study(study_name='own', storage={storage}, direction='maximize', load_if_exists=True)\n"
        "study.enqueue_trial({'x': 0.5})\nstudy.set_user_attr('a', 1)\ncount = len(study.trials)\n"
    )

    assert not list(tmp_path.iterdir())
    assert directions == [("maximize",)]
    assert space["count"] == 1


def test_an_existing_database_is_left_as_it_is(tmp_path: Path) -> None:
    study = optuna.create_study(study_name="own", storage="sqlite:///own.db", direction="maximize")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    del study
    before = (tmp_path / "own.db").read_bytes()

    imported("study = optuna.load_study(study_name='own', storage='sqlite:///own.db')\nstudy.set_user_attr('a', 1)\n")
    with pytest.raises(InputError, match="runs a study"):
        imported(
            "optuna.delete_study(study_name='own', storage='sqlite:///own.db')\n"
            "optuna.create_study(study_name='own', storage='sqlite:///own.db').optimize(objective, n_trials=3)\n"
        )

    assert (tmp_path / "own.db").read_bytes() == before
    with sqlite3.connect(tmp_path / "own.db") as database:
        assert database.execute("select count(*) from trials").fetchone() == (3,)


def test_what_cannot_be_imported_without_its_storage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"opens a storage \(RDBStorage\).*then failed \(ValueError: .*__main__"):
        imported("study = optuna.load_study(study_name=None, storage='sqlite:///own.db')\n")
    assert not list(tmp_path.iterdir())


def test_an_error_of_the_module_itself_is_its_own() -> None:
    with pytest.raises(ZeroDivisionError):
        imported("1 / 0\n")


@pytest.mark.parametrize("ending", ["raise SystemExit(3)", "import sys; sys.exit('no arguments')"])
def test_an_import_that_leaves_is_refused(ending: str) -> None:
    with pytest.raises(InputError, match=r"importing mine ended the interpreter \(SystemExit: (3|no arguments)\)"):
        imported(ending + "\n")


def test_methods_taken_while_importing_work_afterwards() -> None:
    space, _ = imported("from optuna import create_study\nrun = optuna.Study.optimize\n")

    study = space["create_study"]()  # type: ignore[operator]
    space["run"](study, space["objective"], n_trials=2)  # type: ignore[operator]

    assert len(study.trials) == 2
    assert sys.modules["optuna"].storages.get_storage(None).__class__.__name__ == "InMemoryStorage"
