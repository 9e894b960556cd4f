"""`harness study`, from the storage to the report."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
import typer
from optuna.storages import RDBStorage
from typer.testing import CliRunner, Result

from harness.cli.study import study
from harness.errors import HarnessError, InputError
from tests.attach.conftest import close, postgresql
from tests.attach.histories.conftest import filled, filled_server
from tests.servers import PASSWORD, QUOTED_PASSWORD, PostgreSQL

__all__ = ["filled", "filled_server", "postgresql"]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a folder of its own; an error of the harness's rises as it is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    application = typer.Typer()
    application.command()(study)

    def run_(*arguments: str) -> Result:
        result = CliRunner().invoke(application, list(arguments))
        if isinstance(result.exception, HarnessError):
            raise result.exception
        assert result.exception is None, result.exception
        return result

    return run_


def text_of(result: Result) -> str:
    """What was printed, on one line: wrapping depends on the width."""
    return " ".join(result.stdout.split())


@pytest.mark.parametrize("name", ["study.db", "study.log"])
def test_a_study_is_reported_without_a_rerun(run: Run, filled: Path, name: str) -> None:
    said = text_of(run(str(filled / name)))
    assert "7 trials of study demo (4 complete, 2 pruned, 1 failed)" in said
    assert "1 trial is RUNNING in the storage, since " in said
    assert "1 enqueued trial waits to be run." in said
    assert "The study holds 9 trials with 22 parameters, 4 user and 5 system attributes" in said
    assert "a history tells when trials began and ended, but neither CPU nor spans nor memory" in said
    assert "1 trial is left RUNNING" in said  # the finding
    assert "killed" not in said.replace("workers that ran them died", "")


@pytest.mark.parametrize("name", ["study.db", "study.log"])
def test_the_page_and_the_record_are_written_and_can_be_rendered_again(run: Run, filled: Path, name: str) -> None:
    run(str(filled / name), "--out", "there")
    assert {"index.html", "report.md", "report.json"} <= {path.name for path in Path("there").iterdir()}
    (folder,) = Path("home/runs").iterdir()
    from harness.cli.report import show_profile

    before = json.loads(Path("there/report.json").read_text(encoding="utf-8"))
    show_profile(folder, Path("again"), as_json=True)
    assert json.loads(Path("again/report.json").read_text(encoding="utf-8")) == before


def test_json_is_printed_for_machines(run: Run, filled: Path) -> None:
    summary = json.loads(run(str(filled / "study.db"), "--json").stdout)
    assert "demo" in json.dumps(summary)


def test_duplicates_are_told(run: Run, filled: Path) -> None:
    run(str(filled / "study.log"))
    page = Path("reports/latest/report.md").read_text(encoding="utf-8")
    assert "1 trial had parameters that an earlier trial of the study had already" in page


def test_a_study_without_a_finished_trial_says_so(run: Run, tmp_path: Path) -> None:
    storage = RDBStorage(f"sqlite:///{tmp_path}/new.db")
    optuna.create_study(storage=storage, study_name="new").ask()
    close(storage)
    said = text_of(run("new.db"))
    assert "No trial of new finished." in said
    assert "1 trial is RUNNING in the storage" in said


def test_one_of_several_is_chosen_by_name(run: Run, tmp_path: Path) -> None:
    storage = RDBStorage(f"sqlite:///{tmp_path}/two.db")
    for name in ("first", "second"):
        made = optuna.create_study(storage=storage, study_name=name)
        made.tell(made.ask(), 1.0)
    close(storage)
    assert "1 trial of study second" in text_of(run("sqlite:///two.db", "--name", "second"))
    with pytest.raises(InputError, match="choose one with --name: 'first', 'second'"):
        run("sqlite:///two.db")
    with pytest.raises(InputError, match="no study called 'secnd': did you mean 'second'"):
        run("sqlite:///two.db", "--name", "secnd")


def test_a_refused_address_leaves_no_record(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file nowhere\.db"):
        run("nowhere.db")
    assert not (tmp_path / "home").exists()


def test_a_report_folder_that_cannot_be_written_is_refused_before_reading(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError):
        run(str(filled / "study.db"), "--out", "file/inside")
    assert not (tmp_path / "home").exists()


@pytest.mark.process
def test_the_page_is_rendered_without_optuna(filled: Path, tmp_path: Path) -> None:
    """A journal needs neither Optuna nor SQLAlchemy; a database needs SQLAlchemy."""
    code = (
        "import sys; sys.modules['optuna'] = None; sys.modules['sqlalchemy'] = None\n"
        "import typer; from harness.cli.study import study\n"
        "app = typer.Typer(); app.command()(study); app(['study.log'], standalone_mode=False)"
    )
    shutil.copy(filled / "study.log", tmp_path)
    environment = {**os.environ, "HARNESS_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "7 trials of study demo" in " ".join(done.stdout.split())


@pytest.mark.server
def test_a_password_is_in_nothing_that_is_written_or_printed(
    run: Run, filled_server: str, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    result = run(filled_server)
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 6
    shown = f"postgresql+psycopg://tester:***@127.0.0.1:{postgresql.port}/filled"
    assert any(shown.encode() in content for content in written)
    for secret in (PASSWORD, QUOTED_PASSWORD):
        assert not any(secret.encode() in content for content in written)
        assert secret not in result.output
