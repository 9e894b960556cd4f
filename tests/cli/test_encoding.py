"""Output on a stream that cannot hold every character: like signs, escapes that read back, and never a traceback."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.encoding import degrade
from tests.disk import write_run
from tests.runner.running import environment


def written(text: str, encoding: str) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    degrade([stream, None, io.StringIO()])
    stream.write(text)
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("3.0× (2.1 – 4.0), 7 µs", "ascii", "3.0x (2.1 - 4.0), 7 us"),
        ("3.0× (2.1 – 4.0), 7 µs", "latin-1", "3.0× (2.1 - 4.0), 7 µs"),
        ("• Größe → 行", "ascii", "* Gr\\u00f6\\u00dfe -> \\u884c"),
        ("• Größe → 行", "cp1252", "• Größe -> \\u884c"),
        ("\ud800 and \U0001f600", "utf-8", "\\ud800 and \U0001f600"),
        ("\U0001f600", "ascii", "\\ud83d\\ude00"),
    ],
)
def test_what_an_encoding_lacks_is_written_as_a_like_sign_or_an_escape(text: str, encoding: str, shown: str) -> None:
    assert written(text, encoding) == shown


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_reads_back_the_same_in_every_encoding(encoding: str) -> None:
    data = {"label": "3.0× – Größe 行 \U0001f600", "half": "\ud800"}
    assert json.loads(written(json.dumps(data, ensure_ascii=False) + "\n", encoding)) == data


@pytest.mark.process
@pytest.mark.parametrize(
    "words", [("runs",), ("runs", "--json"), ("report",), ("report", "--json"), ("doctor",), ("levers",)]
)
def test_no_command_fails_for_want_of_a_character(tmp_path: Path, words: tuple[str, ...]) -> None:
    write_run(tmp_path / "home")
    header = next((tmp_path / "home" / "runs").glob("*/run.json"))
    header.write_text(header.read_text().replace("optimise.py", "größe 行 – ×.py"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "harness", *words],
        cwd=tmp_path,
        env={**environment(tmp_path / "home"), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        timeout=120,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
    done.stdout.decode("ascii")
    if "--json" in words:
        assert "größe 行" in json.dumps(json.loads(done.stdout), ensure_ascii=False)


@pytest.mark.process
@pytest.mark.parametrize("as_json", [False, True])
def test_the_exit_code_of_a_script_is_kept(tmp_path: Path, as_json: bool) -> None:
    script = tmp_path / "größe.py"
    study = "optuna.create_study(study_name='行').optimize(lambda trial: 1.0, n_trials=1)"
    script.write_text(f"import optuna\n{study}\nraise SystemExit(7)\n")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "harness", "run", "--no-stacks", *(["--json"] if as_json else []), str(script)],
        cwd=tmp_path,
        env={
            **environment(tmp_path / "home"),
            "PYTHONIOENCODING": "ascii",
            "LC_ALL": "C",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONUTF8": "0",
        },
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 7, done.stderr
    assert b"Traceback" not in done.stderr
    assert os.fsdecode(done.stdout).startswith("{") is as_json
