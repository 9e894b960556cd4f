"""`harness run` runs a script as Python would: its arguments, streams, exit code, signals and errors are its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.model.record import Ending, Origin
from harness.profile.account.facts import PlaceKind
from harness.profile.build import build
from tests.runner.running import ROOT, environment, harness_run

pytestmark = pytest.mark.process
STUDY = """
import optuna, sys
optuna.logging.set_verbosity(optuna.logging.ERROR)

def objective(trial):
    return trial.suggest_float("x", -1, 1) ** 2

study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
study.optimize(objective, n_trials=4)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "optimise.py"


def python(script: Path, *words: str, flags: tuple[str, ...] = (), **how: object) -> "subprocess.CompletedProcess[str]":
    """The same without us."""
    return subprocess.run(
        [sys.executable, *flags, str(script), *words], capture_output=True, text=True, cwd=script.parent
    )


def test_it_is_the_script_that_python_would_have_run(script: Path) -> None:
    script.write_text(
        STUDY
        + "import os\nprint(sys.argv, __name__, __file__, sys.path[0], sorted(vars(sys.modules['__main__'])))\n"
        + "print(sys.stdin.read(), [t.params for t in study.trials], type(study.sampler), os.getcwd())\n"
        + "print('to stderr', file=sys.stderr)\n"
    )

    run = harness_run([str(script), "--own", "a b", "-m"], script.parent, input="typed")

    plain = subprocess.run(
        [sys.executable, str(script), "--own", "a b", "-m"],
        capture_output=True,
        text=True,
        input="typed",
        cwd=script.parent,
    )
    assert (run.exit_code, run.out) == (0, plain.stdout)
    assert run.err.startswith("to stderr\n")
    assert len(run.record.trials) == 4
    account, outcome = build(run.records[-1]).account, run.record.outcome
    assert account is not None
    assert outcome is not None
    for whole_s, places in ((outcome.wall_s, account.places), *((one.wall_s, one.places) for one in account.processes)):
        assert sum(place.wall_s for place in places) == pytest.approx(whole_s, rel=0.02, abs=0.02)
    kinds = {place.kind for place in account.places}
    assert {PlaceKind.START, PlaceKind.IMPORTS, PlaceKind.TRIAL, PlaceKind.BETWEEN, PlaceKind.EXIT} <= kinds
    assert {"optuna", "numpy"} <= {one.name for one in account.imports}


def test_a_module_is_run_as_with_python_m(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__main__.py").write_text(STUDY + "print(sys.argv[1:], __package__, __spec__.name)\n")

    run = harness_run(["-m", "package", "--its", "own"], tmp_path)

    assert (run.exit_code, run.out) == (0, "['--its', 'own'] package package.__main__\n")
    header = run.record.header
    assert (header.origin, header.label, header.command) == (
        Origin.SCRIPT,
        "package",
        ("-m", "package", "--its", "own"),
    )


@pytest.mark.parametrize(
    ("ending", "code", "recorded"),
    [
        ("sys.exit(7)", 7, Ending.FAILED),
        ("import os; os._exit(3)", 3, Ending.FAILED),
        ("raise KeyError('mine')", 1, Ending.FAILED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM, Ending.KILLED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, Ending.KILLED),
        ("raise KeyboardInterrupt", -signal.SIGINT, Ending.INTERRUPTED),
    ],
)
def test_it_ends_as_the_script_did_and_keeps_what_was_recorded(
    script: Path, ending: str, code: int, recorded: Ending
) -> None:
    script.write_text(STUDY + ending + "\n")

    run = harness_run([str(script)], script.parent)

    assert run.exit_code == code
    assert len(run.record.trials) == 4
    assert run.record.outcome is not None
    assert run.record.outcome.ending is recorded


def test_the_users_own_error_is_the_one_shown(script: Path) -> None:
    script.write_text(STUDY.replace("return", "raise RuntimeError('no luck')\n    return") + "\n")

    run, plain = harness_run([str(script)], script.parent), python(script)

    shown, expected = (_traceback(text) for text in (run.err, plain.stderr))
    assert shown == expected
    assert shown[-1] == "RuntimeError: no luck"


def _traceback(text: str) -> list[str]:
    lines = text.splitlines()
    return lines[lines.index("Traceback (most recent call last):") : lines.index("RuntimeError: no luck") + 1]


def test_interpreter_flags_reach_the_script(script: Path) -> None:
    script.write_text(STUDY + "import warnings\nprint(__debug__, sys.flags.optimize, sys.warnoptions)\n")

    run = harness_run([str(script)], script.parent, flags=("-O", "-W", "error"))

    assert (run.exit_code, run.out) == (0, "False 1 ['error']\n")
    assert len(run.record.trials) == 4


def test_a_signal_to_us_reaches_the_script(script: Path) -> None:
    script.write_text(
        STUDY
        + "import signal\nsignal.signal(signal.SIGTERM, lambda *_: (print('asked'), sys.exit(5)))\n"
        + "print('ready', flush=True)\nsignal.pause()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "harness", "run", "--no-stacks", "--out", str(script.parent / "report"), str(script)],
        env=environment(script.parent / "home"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)

    assert (process.returncode, out) == (5, "asked\n")


def test_a_sitecustomize_of_the_users_own_runs_too(script: Path) -> None:
    own = script.parent / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import sys\nsys.own = 'here'\n")
    script.write_text(STUDY + "import sitecustomize\nprint(sys.own, sitecustomize.__file__)\n")
    path = os.pathsep.join([str(own), str(ROOT)])

    run = harness_run([str(script)], script.parent, changes={"PYTHONPATH": path})

    assert (run.exit_code, run.out) == (0, f"here {own / 'sitecustomize.py'}\n")
    assert len(run.record.trials) == 4


def test_objects_of_the_script_are_pickled_as_its_own(script: Path) -> None:
    script.write_text(
        STUDY
        + "import pickle, pickletools\n"
        + "class Own: pass\n"
        + "text = pickle.dumps((Own(), study, study.sampler, study.pruner))\n"
        + "print(b'harness' in text, pickle.loads(text)[1].best_params == study.best_params)\n"
    )

    run = harness_run([str(script)], script.parent)

    assert (run.exit_code, run.out) == (0, "False True\n")


def test_a_script_that_closes_its_streams_is_reported_all_the_same(script: Path) -> None:
    script.write_text(STUDY + "import os\nos.close(1)\nsys.stdout = None\n")

    run = harness_run([str(script)], script.parent)

    assert run.exit_code == 0, run.err
    assert "trial" in run.err
    assert (script.parent / "report" / "index.html").exists()


def test_json_has_standard_output_to_itself(script: Path) -> None:
    import json

    script.write_text(STUDY + "print('the script speaks')\n")

    run = harness_run(["--json", str(script)], script.parent)

    assert json.loads(run.out)["kind"] == "profile"
    assert "the script speaks" in run.err


def test_a_folder_that_cannot_be_written_keeps_the_record_elsewhere(script: Path, tmp_path: Path) -> None:
    script.write_text(STUDY)
    plain = {name: value for name, value in environment(tmp_path).items() if name != "HARNESS_HOME"}
    place = tmp_path / "place"
    place.mkdir()
    (place / ".harness").write_text("a file stands where the folder should")

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "harness",
            "run",
            "--no-stacks",
            "--out",
            str(place / ".harness" / "report"),
            str(script),
        ],
        env={**plain, "TMPDIR": str(tmp_path)},
        cwd=place,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert "no record can be kept in" in done.stderr
    (kept,) = tmp_path.glob("harness-*/runs/*")
    assert (kept / "report" / "index.html").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing.py"], "there is no script 'nothing.py' here: name a file, or a module with -m"),
        ([], "name a script to run"),
    ],
)
def test_nothing_to_run_is_one_sentence(words: list[str], sentence: str, tmp_path: Path) -> None:
    run = harness_run(words, tmp_path)

    assert (run.exit_code, run.records) == (2, ())
    assert run.err.startswith(f"harness: {sentence}")
    assert "Traceback" not in run.err


def test_a_script_without_a_study_says_so(script: Path) -> None:
    script.write_text("print('no study here')\n")

    run = harness_run([str(script)], script.parent)

    assert (run.exit_code, run.out) == (0, "no study here\n")
    assert "no trial" in run.err.lower()


def test_a_password_never_reaches_a_record_or_a_report(script: Path) -> None:
    script.write_text(
        STUDY
        + "try:\n    optuna.create_study(storage='postgresql://me:s3cr3t@127.0.0.1:1/none')\n"
        + "except Exception as error:\n    print(type(error).__name__)\n"
    )

    run = harness_run([str(script)], script.parent)

    assert run.exit_code == 0, run.err
    kept = [path for path in script.parent.rglob("*") if path.is_file() and path != script]
    assert kept
    assert not [path for path in kept if b"s3cr3t" in path.read_bytes()]


def test_code_is_run_as_with_python_c(tmp_path: Path) -> None:
    code = "import sys; print(sys.argv, sys.path[0] == '', __name__); sys.exit(4)"

    run = harness_run(["-c", code, "--its", "-m"], tmp_path)

    assert (run.exit_code, run.out) == (4, "['-c', '--its', '-m'] True __main__\n")
    assert run.record.header.command == ("-c", code, "--its", "-m")


@pytest.mark.parametrize("streams", [">&- 2>&- <&-", ">/dev/full 2>/dev/full"])
def test_streams_that_are_closed_or_full_cost_no_exit_code(script: Path, streams: str) -> None:
    script.write_text(STUDY + "sys.stdout = sys.stderr = None\nsys.exit(7)\n")
    words = f"{sys.executable} -m harness run --no-stacks --out {script.parent / 'report'} --json {script} {streams}"

    done = subprocess.run(["sh", "-c", words], cwd=script.parent, env=environment(script.parent / "home"))

    assert done.returncode == 7
    assert (script.parent / "report" / "index.html").exists()
