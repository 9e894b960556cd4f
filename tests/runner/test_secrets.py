"""No secret of a watched script is in its record, its report or what is printed; and a record is its owner's only."""

import stat
from pathlib import Path

import pytest

from harness.runner.script import NOT_KEPT, Script, _kept
from tests.runner.running import Run, harness_run

SECRET = "hunter2Xyzzy"
SCRIPT = f"""
import sys
import optuna
import harness

optuna.logging.set_verbosity(optuna.logging.ERROR)

@harness.feature
def queried(address, password, span):
    return span

@harness.source
def bars(dsn="host=db password={SECRET}"):
    return [1.0]

def objective(trial):
    password = "{SECRET}"
    queried("mysql://bob:p @" + password + "@db/x", password=password, span=3)
    return trial.suggest_float("x", 0, 1) + len(bars())

def told(study, trial):
    print(sys.argv[1:])

study = optuna.create_study(study_name="prices?token={SECRET}")
study.optimize(objective, n_trials=2, callbacks=[told])
raise ConnectionError("cannot reach postgresql://bob:{SECRET}@db/x")
"""


@pytest.fixture(scope="module", params=[(), ("--memory-lines",), ("--allocations",)], ids=str)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    folder = tmp_path_factory.mktemp("secrets")
    script = folder / "optimise.py"
    script.write_text(SCRIPT)
    words = ["--storage", f"postgresql://bob:a b/{SECRET}@db/x", "--token", SECRET, f"--api-key={SECRET}"]
    return folder, harness_run([*request.param, str(script), *words], folder)


pytestmark = pytest.mark.process


def test_no_secret_is_kept_or_reported(watched: tuple[Path, Run]) -> None:
    folder, run = watched
    assert len(run.record.trials) == 2
    ours = run.err.rpartition("ConnectionError: ")[2].partition("\n")[2]  # the script's own words are its own
    assert SECRET not in ours
    files = [path for top in ("home", "report") for path in (folder / top).rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path.name for path in files if SECRET.encode() in path.read_bytes()] == []


def test_a_record_is_for_its_owner_only(watched: tuple[Path, Run]) -> None:
    folder, _ = watched
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder / "home").rglob("*")}
    modes["home"] = stat.S_IMODE((folder / "home").stat().st_mode)
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        (("optimise.py", "--bars", "mine.csv"), ("optimise.py", NOT_KEPT)),
        (("-m", "package", "x"), ("-m", "package", NOT_KEPT)),
        (("-c", "print(1)"), ("-c", NOT_KEPT)),
        (("optimise.py",), ("optimise.py",)),
    ],
)
def test_arguments_are_not_kept_where_they_are_not_to_be(arguments: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert _kept(Script(arguments=arguments, label="x", are_arguments_kept=False)) == kept
    assert _kept(Script(arguments=arguments, label="x")) == arguments
