"""The child: carries a plan out in an interpreter of its own (`python -m harness.runner.child FOLDER ...`).

With processes, this first child leads: it creates the study, starts the workers and hands out one ticket per trial
through a pipe, whose single bytes no two workers can both read and which a killed worker cannot leave locked.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from harness.errors import ExitCode, HarnessError, InputError, RunError
from harness.model.plan import Backend, Plan
from harness.model.store import read_header, write_json
from harness.runner.signals import signal_name
from harness.runner.study import Seat, create_shared_study, run_tickets, run_whole

ERROR = "error-{worker}.json"
_PR_SET_PDEATHSIG = 1
_LEADER = -1


def main(argv: list[str]) -> int:
    """FOLDER LAUNCHED PARENT runs or leads; with WORKER TICKETS it works through the descriptor TICKETS."""
    die_with_parent(int(argv[2]))
    # Whoever started the launcher in the background made all of us ignore the interrupt by which it asks us to stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder, launched_s = Path(argv[0]), float(argv[1])
    plan = read_header(folder).plan
    if plan is None:
        raise InputError(f"{folder} is the record of a script: there is no plan in it to carry out")
    if len(argv) > 3:
        seat = Seat(folder=folder, worker=int(argv[3]), launched_s=launched_s)
        tickets = int(argv[4])
        code = _guarded(seat, lambda: run_tickets(plan, seat, lambda: os.read(tickets, 1) != b""))
        if code != ExitCode.OK:
            _drain(tickets)  # as in one process, an objective that raises ends the study
        return code
    if plan.backend is Backend.PROCESSES:
        seat = Seat(folder=folder, worker=_LEADER, launched_s=launched_s)
        return _guarded(seat, lambda: _lead(plan, folder))
    seat = Seat(folder=folder, worker=0, launched_s=launched_s)
    return _guarded(seat, lambda: run_whole(plan, seat))


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when its parent dies, however it dies. Linux only; elsewhere nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died while this interpreter was starting, before the kernel was asked
            sys.exit(ExitCode.FAILED)


def _guarded(seat: Seat, work: Callable[[], None]) -> int:
    """Run `work`; an error is printed for the run's own stderr file and left as a value for the launcher to read."""
    try:
        work()
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except HarnessError as error:
        _leave_error(seat, error, str(error))
        return error.exit_code
    except Exception as error:  # whatever the user's code raises ends the run and is theirs to read
        traceback.print_exc()
        _leave_error(seat, error, "".join(traceback.format_exception_only(error)).strip())
        return ExitCode.FAILED
    return ExitCode.OK


def _leave_error(seat: Seat, error: Exception, sentence: str) -> None:
    # libraries raise subclasses of their own (ArrowMemoryError), which the launcher cannot know by name
    kind = MemoryError if isinstance(error, MemoryError) else type(error)
    try:
        write_json(_error_path(seat.folder, seat.worker), {"type": kind.__name__, "sentence": sentence})
    except OSError:
        print(sentence, file=sys.stderr)  # noqa: T201 - the disk may be what failed; stderr is a file of the run


def _error_path(folder: Path, worker: int) -> Path:
    return folder / ERROR.format(worker="leader" if worker == _LEADER else worker)


def _lead(plan: Plan, folder: Path) -> None:
    create_shared_study(plan, folder)
    take, give = os.pipe()
    workers = [_start_worker(folder, index, take) for index in range(plan.workers)]
    os.close(take)
    try:
        _hand_out(give, plan.trials)
    finally:
        os.close(give)
        codes = _wait_for(workers)
    silent = [index for index, code in enumerate(codes) if code != 0 and not _error_path(folder, index).exists()]
    lost = [f"worker {index} {_how(codes[index])}" for index in silent]
    if lost:
        raise WorkerLostError("; ".join(lost))
    if any(codes):
        raise SystemExit(next(filter(None, codes)))  # the worker that ended so has left its error


def _wait_for(workers: list[subprocess.Popen[bytes]]) -> list[int]:
    """Every worker's exit code. An interrupt reaches the workers too: they are let finish their books first."""
    interrupt: KeyboardInterrupt | None = None
    codes: list[int] = []
    while len(codes) < len(workers):
        try:
            codes.append(workers[len(codes)].wait())
        except KeyboardInterrupt as error:
            interrupt = error
    if interrupt is not None:
        raise interrupt
    return codes


class WorkerLostError(RunError):
    """A worker process ended without having said why; its trial in flight is lost."""


def _start_worker(folder: Path, index: int, tickets: int) -> subprocess.Popen[bytes]:
    arguments = [str(folder), repr(time.time()), str(os.getpid()), str(index), str(tickets)]
    return subprocess.Popen([sys.executable, "-m", "harness.runner.child", *arguments], pass_fds=(tickets,))


def _hand_out(give: int, trials: int) -> None:
    left = trials
    try:
        while left:
            left -= os.write(give, b"." * min(left, 4096))
    except BrokenPipeError:
        return  # every worker is gone; their exit codes say how


def _drain(tickets: int) -> None:
    while os.read(tickets, 4096):
        pass


def _how(code: int) -> str:
    return f"was killed by {signal_name(-code)}" if code < 0 else f"ended with exit code {code}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
