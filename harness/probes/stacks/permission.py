"""Whether py-spy may look at processes here, found out on a throw-away child; and how a process allows it."""

import ctypes
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

EXECUTABLE = "HARNESS_PY_SPY"
_PR_SET_PTRACER = 0x59616D61  # "Yama"; linux/prctl.h
_PR_SET_PTRACER_ANY = ctypes.c_ulong(-1)
_TIME_OUT_S = 20.0
# Does what the hook does in each process of the script, then waits to be looked at.
_CHILD = (
    "import ctypes, sys\n"
    "try:\n"
    f"    ctypes.CDLL(None).prctl({_PR_SET_PTRACER}, ctypes.c_ulong(-1), 0, 0, 0)\n"
    "except (AttributeError, OSError):\n"
    "    pass\n"
    "print('ready', flush=True)\n"
    "sys.stdin.read()\n"
)


def allow_tracing() -> bool:
    """Let any process of this user look at this one, where Yama restricts that to ancestors.

    Say it again in each forked child: the kernel keeps it per process. False where the kernel has no Yama, in which
    case nothing has to be allowed.
    """
    try:
        return bool(ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _PR_SET_PTRACER_ANY, 0, 0, 0) == 0)
    except (AttributeError, OSError):  # not Linux, or a C library without prctl
        return False


def find_py_spy() -> Path | None:
    """py-spy's executable: the one that HARNESS_PY_SPY names, the one installed here, else the first on the path."""
    named = os.environ.get(EXECUTABLE)
    if named:
        return Path(named)
    beside = Path(sysconfig.get_path("scripts")) / "py-spy"
    if beside.exists():
        return beside
    found = shutil.which("py-spy")
    return None if found is None else Path(found)


def may_trace(py_spy: Path | None = None) -> str | None:
    """None where py-spy can look at a child of ours; else why not, as the end of a sentence.

    Takes about 0.1 s: it starts an interpreter and looks at it once.
    """
    executable = py_spy or find_py_spy()
    if executable is None:
        return "py-spy is not installed"
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=True
    )
    with child:
        try:
            assert child.stdout is not None, "started with a pipe"
            child.stdout.readline()
            return _look(executable, child.pid)
        finally:
            child.kill()


def _look(executable: Path, pid: int) -> str | None:
    command = [str(executable), "dump", "--nonblocking", "--pid", str(pid)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIME_OUT_S, errors="replace")
    except subprocess.TimeoutExpired:
        return f"py-spy did not answer within {_TIME_OUT_S:g} s"
    except OSError as error:
        return f"py-spy cannot be started ({error.strerror or error})"
    if done.returncode == 0 and "Thread" in done.stdout:
        return None
    return reason_in(done.stderr) or f"py-spy saw nothing (exit code {done.returncode})"


def reason_in(said: str) -> str | None:
    """Why py-spy failed, in a few words, from what it wrote to standard error."""
    lowered = said.lower()
    if "permission denied" in lowered or "operation not permitted" in lowered or "eperm" in lowered:
        return "the kernel refuses it to read other processes (ptrace)"
    if "unsupported version" in lowered or "failed to find python version" in lowered:
        return f"py-spy does not know Python {sys.version_info.major}.{sys.version_info.minor}"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f"py-spy said: {lines[0][:200]}" if lines else None
