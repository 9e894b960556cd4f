"""py-spy for real, over processes of the tests' own; and what stands in for it where it must fail."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.model.stacks import Stacks
from harness.probes.stacks.permission import allow_tracing, find_py_spy, may_trace, reason_in
from harness.probes.stacks.spy import EARLY_HZ, FIRST_HZ, PySpy, Refused, Taken, start
from harness.profile.stack_files import read_stacks

pytestmark = pytest.mark.process

BUSY = """
    import os, sys, time
    def work(seconds):
        began = time.process_time()
        while time.process_time() - began < seconds:
            sum(range(1000))
"""
FAKE = "#!/bin/sh\n"
PROFILED = may_trace() is None
only_where_allowed = pytest.mark.skipif(not PROFILED, reason="py-spy may not look at processes here")

Begin = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Start a script; whatever is left of it is ended with the test."""
    begun: list[subprocess.Popen[bytes]] = []

    def run(script: str, *arguments: str) -> subprocess.Popen[bytes]:
        text = textwrap.dedent(BUSY) + textwrap.dedent(script)
        process = subprocess.Popen([sys.executable, "-c", text, *arguments], stdout=subprocess.PIPE)
        begun.append(process)
        return process

    yield run
    for process in begun:
        with process:
            process.kill()


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str], Path]:
    """An executable in py-spy's place."""

    def make(body: str) -> Path:
        path = tmp_path / "fake-py-spy"
        path.write_text(FAKE + textwrap.dedent(body))
        path.chmod(0o755)
        return path

    return make


def watched(process: subprocess.Popen[bytes], folder: Path, py_spy: Path | None = None) -> tuple[int, Taken]:
    """Watch a script to its end: its exit code and what was taken."""
    spy = start(process.pid, folder, 100, cost_share=None, py_spy=py_spy)
    assert isinstance(spy, PySpy)
    code = process.wait()
    return code, spy.stop()


def functions(stacks: Stacks, pid: int) -> set[str]:
    seen = {sample.stack for sample in stacks.samples if sample.pid == pid}
    return {stacks.frames[index].function for stack in seen for index in stacks.stacks[stack]}


@only_where_allowed
def test_a_script_is_sampled_and_its_exit_code_is_its_own(begin: Begin, tmp_path: Path) -> None:
    process = begin("work(1)\nsys.exit(7)")
    code, taken = watched(process, tmp_path)
    stacks = read_stacks(tmp_path)
    assert stacks is not None
    assert (code, taken.why, taken.samples > 0, taken.cpu_s > 0) == (7, None, True, True)
    assert "work" in functions(stacks, process.pid)
    assert {sample.native_thread for sample in stacks.samples} == {process.pid}


@only_where_allowed
def test_forked_and_fresh_children_are_sampled_under_their_own_pids(begin: Begin, tmp_path: Path) -> None:
    process = begin("""
        import subprocess
        def in_fork(): work(1.5)
        def in_fresh(): work(1.5)
        if len(sys.argv) > 1:
            in_fresh()
            os._exit(0)
        text = open('/proc/self/cmdline').read().split(chr(0))[2]
        fresh = subprocess.Popen([sys.executable, '-c', text, 'child'])
        forked = os.fork()
        if forked == 0:
            in_fork()
            os._exit(0)
        print(forked, fresh.pid, flush=True)
        os.waitpid(forked, 0)
        fresh.wait()
    """)
    spy = start(process.pid, tmp_path, 100, cost_share=None)
    assert isinstance(spy, PySpy)
    assert process.stdout is not None
    forked, fresh = map(int, process.stdout.readline().split())
    assert process.wait() == 0
    spy.stop()
    stacks = read_stacks(tmp_path)
    assert stacks is not None
    assert "in_fork" in functions(stacks, forked)
    assert "in_fresh" not in functions(stacks, forked)
    assert "in_fresh" in functions(stacks, fresh)


@only_where_allowed
def test_a_signal_that_ends_the_script_ends_it_as_ever(begin: Begin, tmp_path: Path) -> None:
    process = begin("os.kill(os.getpid(), 9) if work(0.5) is None else None")
    code, _ = watched(process, tmp_path)
    assert code == -signal.SIGKILL


@only_where_allowed
def test_a_child_that_outlives_the_script_does_not_hold_it_up(begin: Begin, tmp_path: Path) -> None:
    process = begin("""
        child = os.fork()
        if child == 0:
            os.close(1)
            work(120)
            os._exit(0)
        print(child, flush=True)
        work(0.7)
    """)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    try:
        code, taken = watched(process, tmp_path)
        assert Path(f"/proc/{child}").exists()
    finally:
        os.kill(child, signal.SIGKILL)
    assert (code, taken.samples > 0) == (0, True)


@only_where_allowed
def test_nothing_of_a_process_title_reaches_the_record(begin: Begin, tmp_path: Path) -> None:
    _, taken = watched(begin("work(0.7)", "postgresql://ann:s3cret@db/x"), tmp_path)
    assert taken.samples > 0
    assert not any("s3cret" in path.read_text() for path in tmp_path.iterdir())


def test_a_script_that_ended_at_once_gives_no_samples_and_a_reason(begin: Begin, tmp_path: Path) -> None:
    process = begin("")
    process.wait()
    _, taken = watched(process, tmp_path)
    assert taken.samples == 0
    assert taken.why is not None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("echo 'Error: Permission denied (os error 13)' >&2; exit 1", "the kernel refuses"),
        ("echo 'Error: something else' >&2; exit 1", "something else"),
        ("exit 0", "without a word"),
        ('while [ $# -gt 1 ]; do shift; done; echo "[]" > "$1"', "saw no Python code"),
        ('while [ $# -gt 1 ]; do shift; done; echo "<svg>" > "$1"', "saw no Python code"),
    ],
)
def test_a_py_spy_that_sees_nothing_says_why(
    begin: Begin, tmp_path: Path, fake: Callable[[str], Path], body: str, why: str
) -> None:
    folder = tmp_path / "record"
    folder.mkdir()
    code, taken = watched(begin("work(0.3)"), folder, fake(f"{body}\n"))
    assert (code, taken.samples) == (0, 0)
    assert taken.why is not None
    assert why in taken.why


def test_a_record_that_cannot_be_written_to_does_not_end_the_script(
    begin: Begin, tmp_path: Path, fake: Callable[[str], Path]
) -> None:
    body = 'while [ $# -gt 1 ]; do shift; done; echo "[]" > "$1"\n'
    code, taken = watched(begin("work(0.3)"), tmp_path / "gone", fake(body))
    assert code == 0
    assert taken.why is not None
    assert "could not be kept" in taken.why


def test_when_trials_begin_a_stretch_at_a_high_rate_does(
    begin: Begin, fake: Callable[[str], Path], tmp_path: Path
) -> None:
    process = begin("time.sleep(60)")
    folder = tmp_path / "record"
    folder.mkdir()
    told = tmp_path / "told"
    py_spy = fake(
        f"""
        echo "$@" >> {told}
        test -e {folder}/trials-1.jsonl && kill {process.pid}
        touch {folder}/trials-1.jsonl
        while [ "$1" != --output ]; do shift; done
        sleep 30 & SLEEP=$!
        trap 'kill $SLEEP; printf "[" > "$2"; exit 0' INT
        wait
        """
    )
    spy = start(process.pid, folder, 100, py_spy=py_spy)
    assert isinstance(spy, PySpy)
    process.wait()
    spy.stop()
    rates = [line.partition("--rate ")[2].split()[0] for line in told.read_text().splitlines()]
    assert rates[:2] == [str(EARLY_HZ), str(FIRST_HZ)]


def test_without_py_spy_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.probes.stacks.spy.find_py_spy", lambda: None)
    assert start(os.getpid(), tmp_path, 10) == Refused(why="py-spy is not installed")


# --- may_trace


@only_where_allowed
def test_where_py_spy_works_nothing_stands_against_it() -> None:
    assert may_trace(find_py_spy()) is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("echo 'Error: Operation not permitted' >&2; exit 1", "the kernel refuses"),
        ("exit 0", "saw nothing"),
        ("exit 3", "exit code 3"),
    ],
)
def test_a_py_spy_that_does_not_work_is_known_before(fake: Callable[[str], Path], body: str, why: str) -> None:
    found = may_trace(fake(f"{body}\n"))
    assert found is not None
    assert why in found


def test_a_py_spy_that_cannot_be_started_is_known_before(tmp_path: Path) -> None:
    found = may_trace(tmp_path / "gone")
    assert found is not None
    assert "cannot be started" in found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@only_where_allowed
def test_a_process_that_may_not_be_read_gives_a_reason(
    begin: Begin, fake: Callable[[str], Path], tmp_path: Path
) -> None:
    """For real: py-spy as a user who may not read a process of root's."""
    py_spy = find_py_spy()
    nobody = fake(f'exec setpriv --reuid=65534 --regid=65534 --clear-groups "{py_spy}" "$@"\n')
    found = may_trace(nobody)
    assert found is not None
    assert "refuses" in found or "py-spy said" in found


def test_allowing_it_changes_nothing_where_the_kernel_does_not_ask() -> None:
    assert allow_tracing() in (True, False)


@pytest.mark.parametrize("said", ["", "\n \n"])
def test_silence_is_no_reason(said: str) -> None:
    assert reason_in(said) is None
