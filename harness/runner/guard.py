"""How a process of a run ends: its error left as a value for the launcher, and the processes that it started judged."""

import ctypes
import gc
import os
import signal
import sys
import sysconfig
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import harness
from harness.errors import ExitCode, HarnessError, RunError, ValueCountError
from harness.model.store import write_json
from harness.runner.signals import signal_name
from harness.runner.study import Seat

LEADER = -1
_ERROR = "error-{worker}.json"
_PR_SET_PDEATHSIG = 1
_NOT_THEIRS = (
    "<",  # frozen modules and text that was compiled
    str(Path(harness.__file__).parent) + os.sep,
    *{sysconfig.get_path(name) + os.sep for name in ("purelib", "platlib", "stdlib", "platstdlib")},
)


class WorkerLostError(RunError):
    """A worker process ended without having said why; its trial in flight is lost."""


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when its parent dies, however it dies. Linux only; elsewhere nothing."""
    dies_with(parent)()


def dies_with(parent: int) -> Callable[[], None]:
    """What a child calls so that it ends with its parent; made by the parent, a fork has nothing to load."""
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def die() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died while this process was starting, before the kernel was asked
            os._exit(ExitCode.FAILED)

    return die


def leave(code: int) -> NoReturn:
    """End this process, without a last collection of its whole heap.

    After numba, pandas and Optuna that takes half a second of CPU, which is no trial's and would count as the study's.
    """
    gc.freeze()
    sys.exit(code)


def guarded(seat: Seat, work: Callable[[], None]) -> int:
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
        _leave_error(seat, error, "".join(traceback.format_exception_only(error)).strip() + place_of(error))
        return ExitCode.FAILED
    return ExitCode.OK


def place_of(error: BaseException) -> str:
    """Where the user's code raised an error, as a clause to end its message with; nothing where none of it is in it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(_NOT_THEIRS)]
    if not own:
        return ""
    return f" ({Path(own[-1].filename).name}, line {own[-1].lineno}, in {own[-1].name})"


def has_left_error(folder: Path, worker: int) -> bool:
    """Whether a process of the run has said why it ended."""
    return _error_path(folder, worker).exists()


def judge_workers(folder: Path, codes: Sequence[int]) -> None:
    """Raise WorkerLostError for workers that ended badly without a word, SystemExit where they have left theirs."""
    silent = [index for index, code in enumerate(codes) if code != 0 and not has_left_error(folder, index)]
    if silent:
        raise WorkerLostError("; ".join(f"worker {index} {how_it_ended(codes[index])}" for index in silent))
    if any(codes):
        raise SystemExit(next(filter(None, codes)))


def wait_for_all(waits: Sequence[Callable[[], int]]) -> list[int]:
    """Every process's exit code. An interrupt reaches the processes too: they are let finish their books first."""
    interrupt: KeyboardInterrupt | None = None
    codes: list[int] = []
    while len(codes) < len(waits):
        try:
            codes.append(waits[len(codes)]())
        except KeyboardInterrupt as error:
            interrupt = error
    if interrupt is not None:
        raise interrupt
    return codes


def how_it_ended(code: int) -> str:
    """An exit code in words; negative ones are signals."""
    return f"was killed by {signal_name(-code)}" if code < 0 else f"ended with exit code {code}"


def _leave_error(seat: Seat, error: Exception, sentence: str) -> None:
    # libraries raise subclasses of their own (ArrowMemoryError), which the launcher cannot know by name
    kind = MemoryError if isinstance(error, MemoryError) else type(error)
    try:
        write_json(
            _error_path(seat.folder, seat.worker),
            {
                "type": kind.__name__,
                "sentence": sentence,
                **({"values": error.values} if isinstance(error, ValueCountError) else {}),
            },
        )
    except OSError:
        print(sentence, file=sys.stderr)  # noqa: T201 - the disk may be what failed; stderr is a file of the run


def _error_path(folder: Path, worker: int) -> Path:
    return folder / _ERROR.format(worker="leader" if worker == LEADER else worker)
