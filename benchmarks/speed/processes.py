"""Fresh processes: carried out one at a time, with the kernel's own account of their CPU."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.runner.launch import child_environment

HERE = Path(__file__).parent


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
