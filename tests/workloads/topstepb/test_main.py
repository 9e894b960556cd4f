"""The reference study as a script: both forms give the same best value, and bad input is one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness.workloads.topstepb.__main__ import FORMS, main, optimise
from harness.workloads.topstepb.rungs import Rung

BARS = "calm:1500:1h:1"


def test_both_forms_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))

    values = {name: optimise(form, BARS, trials=4, jobs=1) for name, form in FORMS.items()}

    assert values["as-found"] == values["mended"]
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_as_found_is_the_seeds() -> None:
    assert (FORMS["as-found"].rung, FORMS["as-found"].jobs) == (Rung.AS_FOUND, 9)


def test_bars_that_are_not_there_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["mended", "--bars", str(tmp_path / "nothing.parquet")])

    assert ended.value.code == 2
    assert "nothing.parquet" in capsys.readouterr().err


@pytest.mark.process
def test_it_runs_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "harness.workloads.topstepb", "mended", "--bars", BARS, "--trials", "2"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    assert done.stdout.startswith("best value "), done.stderr
