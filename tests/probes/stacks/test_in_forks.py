"""The sampler inside, for real: through forks, a kill and an interpreter that ends with it running."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from harness.model.stacks import Stacks
from harness.profile.stack_files import read_stacks

pytestmark = pytest.mark.process

SCRIPT = """
import os, sys, threading, time, warnings
from pathlib import Path
from harness.probes.stacks.in_process import InProcessSampler

warnings.simplefilter("error")  # a fork with threads that the script did not start must not warn
main = threading.get_ident()
inside = InProcessSampler(Path(sys.argv[1]), 200, "refused", lambda ident: (0, "objective") if ident == main else None)
os.register_at_fork(
    before=inside.before_fork, after_in_parent=inside.after_fork_in_parent, after_in_child=inside.restart_after_fork
)

def work(seconds):
    began = time.process_time()
    while time.process_time() - began < seconds:
        sum(range(1000))

inside.start()
"""


def run(folder: Path, script: str) -> tuple[int, list[str]]:
    """Exit code and what was printed."""
    text = SCRIPT + textwrap.dedent(script)
    command = [sys.executable, "-c", text, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    return done.returncode, done.stdout.split()


def pids(folder: Path) -> set[str]:
    return {str(sample.pid) for sample in stacks_of(folder).samples}


def stacks_of(folder: Path) -> Stacks:
    found = read_stacks(folder)
    assert found is not None
    return found


def test_a_parent_goes_on_after_a_fork_and_its_child_begins_its_own_file(tmp_path: Path) -> None:
    code, printed = run(
        tmp_path,
        """
        def after_fork(): work(0.5)
        pid = os.fork()
        if pid == 0:
            inside.start()
            work(0.5)
            inside.stop()
            os._exit(0)
        inside.start()
        after_fork()
        os.waitpid(pid, 0)
        inside.stop()
        print(os.getpid(), pid)
        """,
    )
    assert code == 0
    assert pids(tmp_path) == set(printed)
    assert "after_fork" in {frame.function for frame in stacks_of(tmp_path).frames}


def test_a_fork_that_runs_no_trials_writes_nothing_and_ends(tmp_path: Path) -> None:
    code, printed = run(
        tmp_path,
        """
        pid = os.fork()
        if pid == 0:
            work(0.3)
            os._exit(0)
        inside.start()
        work(0.3)
        os.waitpid(pid, 0)
        inside.stop()
        print(os.getpid())
        """,
    )
    assert code == 0
    assert pids(tmp_path) == set(printed)


def test_the_interpreter_ends_while_it_runs(tmp_path: Path) -> None:
    code, _ = run(tmp_path, "work(0.3)\nsys.exit(5)")
    assert code == 5


def test_a_kill_loses_what_was_not_yet_flushed_and_no_more(tmp_path: Path) -> None:
    code, _ = run(tmp_path, "work(3.0)\nos.kill(os.getpid(), 9)")
    assert code == -signal.SIGKILL
    assert len(stacks_of(tmp_path).samples) > 0
