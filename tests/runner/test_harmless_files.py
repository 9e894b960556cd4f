"""A watched script's own files are never written to, whatever it does to descriptors, and its rows are kept."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.runner.running import Run, harness_run

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="descriptors of /proc"),
]
HEAD = """
import optuna, os, resource, shutil, signal, sys, time
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
objective = lambda trial: trial.suggest_float("x", -1, 1) ** 2
def slow(trial):
    time.sleep(0.011)  # long enough for a peak of its own: clear_refs is written
    return objective(trial)
"""
FILES = 24


def run(folder: Path, body: str, *words: str) -> Run:
    script = folder / "optimise.py"
    script.write_text(HEAD + dedent(body))
    return harness_run([*words, str(script)], folder)


def lines(run: Run) -> list[str]:
    return [line for path in run.records[-1].glob("trials-*.jsonl") for line in path.read_text().splitlines()]


@pytest.mark.parametrize("how", ["os.closerange(3, 4096)", "[close(n) for n in range(3, 1024)]"])
def test_what_a_script_closes_and_opens_is_its_own(how: str, tmp_path: Path) -> None:
    watched = run(
        tmp_path,
        f"""
        def close(number):
            try:
                os.close(number)
            except OSError:
                pass
        study.optimize(slow, n_trials=3)
        {how}
        files = [os.open(f"own-{{n}}.txt", os.O_RDWR | os.O_CREAT, 0o600) for n in range({FILES})]
        numbers = [os.dup2(files[n % {FILES}], number) for n, number in enumerate(range(500, 700))]
        study.optimize(slow, n_trials=7)
        print([os.fstat(number).st_size for number in files])
        """,
    )

    assert (watched.exit_code, json.loads(watched.out)) == (0, [0] * FILES)
    assert len(watched.record.trials) == 10
    assert [end.is_final for end in watched.record.ends] == [True]
    assert "Traceback" not in watched.err
    assert "Exception ignored" not in watched.err


def test_a_limit_on_the_size_of_files_loses_no_row_and_sends_no_signal(tmp_path: Path) -> None:
    watched = run(
        tmp_path,
        """
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        study.optimize(objective, n_trials=60)
        """,
    )

    assert watched.exit_code == 0
    assert len(watched.record.trials) == 60
    assert max(path.stat().st_size for path in watched.records[-1].glob("trials-*.jsonl")) <= 8192


def test_a_limit_of_nothing_ends_no_script(tmp_path: Path) -> None:
    watched = run(
        tmp_path,
        """
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        study.optimize(objective, n_trials=6)
        """,
    )

    assert watched.exit_code == 0


def test_what_memray_keeps_open_is_never_the_scripts(tmp_path: Path) -> None:
    watched = run(
        tmp_path,
        f"""
        study.optimize(objective, n_trials=3)
        os.closerange(3, 4096)
        files = [os.open(f"own-{{n}}.txt", os.O_RDWR | os.O_CREAT, 0o600) for n in range({FILES})]
        os.set_inheritable(files[0], True)
        study.optimize(objective, n_trials=3)
        import atexit
        atexit._run_exitfuncs()  # ours among them
        print([(os.fstat(number).st_size, os.get_inheritable(number)) for number in files])
        """,
        "--allocations",
    )

    assert watched.exit_code == 0
    assert json.loads(watched.out.replace("(", "[").replace(")", "]").lower()) == [
        [0, number == 0] for number in range(FILES)
    ]
    assert all(path.stat().st_size == 0 for path in tmp_path.glob("own-*"))
    assert len(watched.record.trials) == 6


def test_rows_that_no_file_may_hold_are_counted_and_said(tmp_path: Path) -> None:
    watched = run(
        tmp_path,
        """
        study.optimize(objective, n_trials=5)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        study.optimize(objective, n_trials=20)
        """,
    )

    assert watched.exit_code == 0
    assert len(watched.record.trials) == 5
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert "20 rows of 1 process" in json.dumps(report)
    assert "every trial that finished" not in json.dumps(report)


def test_rows_wait_for_a_limit_to_be_lifted(tmp_path: Path) -> None:
    watched = run(
        tmp_path,
        """
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        study.optimize(objective, n_trials=20)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        study.optimize(objective, n_trials=1)
        """,
    )

    assert watched.exit_code == 0
    assert len(watched.record.trials) == 21
    assert [end.dropped for end in watched.record.ends] == [0]
    assert not list(watched.records[-1].glob("unwritten-*"))


def test_a_script_that_removes_the_record_runs_on(tmp_path: Path) -> None:
    watched = run(
        tmp_path,
        """
        study.optimize(objective, n_trials=3)
        shutil.rmtree("home")
        study.optimize(objective, n_trials=3)
        print(len(study.trials))
        """,
    )

    assert (watched.out.strip(), watched.exit_code) == ("6", 0)
    assert "Traceback" not in watched.err


def test_few_descriptors_are_left_to_the_script(tmp_path: Path) -> None:
    script = tmp_path / "few.py"
    script.write_text(
        HEAD
        + dedent(
            """
            resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
            before = len(os.listdir("/proc/self/fd"))
            study.optimize(slow, n_trials=3)
            print(len(os.listdir("/proc/self/fd")) - before)
            """
        )
    )

    watched = harness_run([str(script)], tmp_path)

    plain = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    assert watched.out == plain.stdout
    assert len(watched.record.trials) == 3
