"""Fresh processes: one after the other with the kernel's account of their CPU, or several in lockstep."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.runner.launch import child_environment

HERE = Path(__file__).parent
PAUSED = "."  # the line by which a process in lockstep says that it waits for its turn
_Process = subprocess.Popen[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A process that ended well."""

    cpu_s: float  # of it and of every child that it waited for
    output: str


def run_python(arguments: Sequence[str], root: Path) -> Ended:
    """Run the interpreter with `arguments`, as a run's process would be; raises RuntimeError when it ends badly."""
    # -P keeps the script's folder off the path: a module there must not hide an installed one.
    command = [sys.executable, "-P", *arguments]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, env=child_environment(os.environ, root), stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # reaped here: Popen must not wait for it again
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {err.read().decode()[-2000:]}")
        return Ended(cpu_s=usage.ru_utime + usage.ru_stime, output=out.read().decode())


def run_in_lockstep(
    programs: Sequence[Sequence[str]], root: Path, environments: Sequence[Mapping[str, str]] | None = None
) -> list[str]:
    """Run several programs a block at a time in turn, each in a process of its own; what each printed at its end.

    A program prints the line PAUSED before each block and waits for a line on its standard input; its last line, after
    the same number of blocks as the others', is its result. `environments` adds variables to each one's own. So the
    arms are fresh processes, and yet what they are compared by was measured within the same moments. Raises
    RuntimeError when one ends badly.
    """
    with ExitStack() as stack:
        additions = environments or [{} for _ in programs]
        arms = zip(programs, additions, strict=True)
        processes = [stack.enter_context(_started(program, root, added)) for program, added in arms]
        for process in processes:
            _next_line(process)  # imports, warm-up: until all are ready
        for turn in range(sys.maxsize):
            order = processes if turn % 2 == 0 else processes[::-1]
            lines = {process.pid: _next_line(process, go=True) for process in order}
            if PAUSED not in lines.values():
                return [lines[process.pid] for process in processes]
            if set(lines.values()) != {PAUSED}:
                raise RuntimeError("the programs in lockstep have not the same number of blocks")
    raise AssertionError("unreachable")


def _next_line(process: _Process, *, go: bool = False) -> str:
    given, taken = _pipes(process)
    if go:
        given.write("\n")
        given.flush()
    line = taken.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait()}, as its standard error tells")
    return line.rstrip("\n")


def _pipes(process: _Process) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None, "started with pipes"
    assert process.stdout is not None, "started with pipes"
    return process.stdin, process.stdout


@contextmanager
def _started(program: Sequence[str], root: Path, added: Mapping[str, str]) -> Iterator[_Process]:
    environment = {**child_environment(os.environ, root), **added}
    command = [sys.executable, "-P", *program]
    pipes = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipes, stdout=pipes, text=True) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
