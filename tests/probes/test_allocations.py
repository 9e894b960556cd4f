"""memray for real, in processes of the tests' own: a tracker is one to a process, and hooks into every thread."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from harness.errors import LackingError
from harness.probes.allocations import COLLAPSED, collapse, frame_text, memray
from harness.profile.allocations import read_allocations
from harness.profile.facts import FlameNode
from tests.runner.running import harness_run

SCRIPT = """
    import os, sys
    from pathlib import Path
    import numpy as np
    from harness.probes.allocations import Allocations

    def load(size):
        return np.ones(size, dtype=np.uint8)

    def in_child(size):
        return np.ones(size, dtype=np.uint8)

    probe = Allocations(Path(sys.argv[1]))
    probe.start()
    probe.start()
    kept = load(40 << 20)
    probe.before_fork()
    pid = os.fork()
    if pid == 0:
        probe.restart_after_fork()
        probe.start()
        mine = in_child(30 << 20)
        probe.stop()
        sys.exit(0)
    probe.after_fork_in_parent()
    os.waitpid(pid, 0)
    probe.stop()
    probe.stop()
"""

POOLS = """
    import multiprocessing, os, signal
    import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def square(x):
        return x * x

    def objective(trial):
        with multiprocessing.get_context("fork").Pool(2) as pool:
            print(pool.map(square, range(4)), flush=True)
        return trial.suggest_float("x", 0, 1)

    optuna.create_study().optimize(objective, n_trials=2)
    os.kill(os.getppid(), signal.SIGTERM)  # the launcher's
    signal.pause()
"""


def run(folder: Path, script: str) -> None:
    path = folder / "script.py"
    path.write_text(textwrap.dedent(script))
    record = folder / "record"
    record.mkdir()
    subprocess.run(
        [sys.executable, str(path), str(record)], check=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )


def weights(node: FlameNode) -> dict[str, float]:
    found = {node.label: node.weight_s}
    for child in node.children:
        found.update(weights(child))
    return found


@pytest.mark.process
def test_a_process_and_its_fork_each_show_what_they_hold(tmp_path: Path) -> None:
    run(tmp_path, SCRIPT)
    record = tmp_path / "record"
    assert collapse(record) == 2
    found = read_allocations(record, (str(tmp_path / "script.py"),))
    assert found is not None
    held = weights(found)
    assert held["load (script.py:8)"] == pytest.approx(40 << 20, rel=0.05)
    assert held["in_child (script.py:11)"] == pytest.approx(30 << 20, rel=0.05)


@pytest.mark.process
def test_pools_that_are_forked_in_trials_end_and_are_ended(tmp_path: Path) -> None:
    script = tmp_path / "pools.py"
    script.write_text(textwrap.dedent(POOLS))

    run = harness_run(["--allocations", str(script)], tmp_path)

    assert (run.exit_code, run.out) == (-signal.SIGTERM, "[0, 1, 4, 9]\n" * 2), run.err
    assert "Traceback" not in run.err


@pytest.mark.process
def test_a_file_left_unfinished_is_passed_over(tmp_path: Path) -> None:
    run(tmp_path, SCRIPT.replace("probe.stop()\n    probe.stop()", "os._exit(0)"))
    record = tmp_path / "record"
    assert len(list(record.glob("*.bin"))) == 3  # the parent's second was not left
    assert collapse(record) == 2


def test_where_nothing_was_tracked_nothing_is_written(tmp_path: Path) -> None:
    assert collapse(tmp_path) == 0
    assert not (tmp_path / COLLAPSED).exists()


def test_a_frame_cannot_break_its_line() -> None:
    assert frame_text("f;g\n", "/a;b.py", 3) == "f,g  (/a,b.py:3)"


def test_without_memray_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "memray", None)
    with pytest.raises(LackingError, match=r"pip install study-harness\[memray\]"):
        memray()
