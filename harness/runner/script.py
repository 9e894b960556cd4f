"""Runs the user's own script as Python would, watched: its process tree keeps a record, and its ending is passed on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

import harness.attach
from harness.attach.hook import FOLDER
from harness.attach.settling import settle
from harness.errors import InputError
from harness.model.home import new_run_folder
from harness.model.machine import Machine
from harness.model.record import SCHEMA, Ending, Header, Origin, Outcome
from harness.model.store import HEADER, OUTCOME, RESERVE, write_json
from harness.probes.cgroup import oom_kills
from harness.runner.compiled import keep_compiled
from harness.runner.follow import follow, signals_kept
from harness.runner.guard import dies_with
from harness.runner.interpreter import options_in
from harness.runner.reserve import reserve_in
from harness.runner.sampling import TreeSampler
from harness.runner.signals import signal_name
from harness.runner.witness import Witness

_FAILED_BY_INTERRUPT = 130
STDOUT, STDERR = 1, 2
NOT_KEPT = "[arguments not kept]"


class NoRecordError(InputError):
    """There is nowhere to keep a record: the script can still run without one."""


class Extra(Protocol):
    """An instrument that works from outside while the script runs: py-spy."""

    def begin(self, pid: int, folder: Path) -> None: ...

    def end(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What to run: Python's own arguments, from the script's name (or -m) on."""

    arguments: tuple[str, ...]
    label: str
    is_output_ours: bool = False  # its standard output goes to standard error, and ours stays free for JSON
    are_arguments_kept: bool = True  # in the record, as far as they are no secrets
    stacks_hz: float | None = None
    options: tuple[str, ...] = ()  # of `harness run`, that decide what is recorded
    environment: Mapping[str, str] | None = None  # beside the user's own, for instruments inside the script


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What became of it."""

    folder: Path
    exit_code: int  # negative: the signal that ended it


def script_of(words: tuple[str, ...], *, is_module: bool, is_code: bool = False) -> tuple[tuple[str, ...], str]:
    """Python's arguments and a label, from `harness run`'s own. Raises InputError when nothing is there to run."""
    if is_module and is_code:
        raise InputError("-m and -c name two things to run: give one of them")
    if not words:
        raise InputError("name a script to run, or a module with -m: `harness run optimise.py --its --options`")
    if is_code:
        return ("-c", *words), "code"
    if is_module:
        return ("-m", *words), words[0]
    if words[0] == "-":
        return words, "stdin"
    script = Path(words[0])
    if not script.exists():
        raise InputError(f"there is no script {words[0]!r} here: name a file, or a module with -m")
    return words, script.name


def watch(script: Script, root: Path, machine: Machine, extra: Extra | None = None) -> Watched:
    """Run the script to its end and keep its record below `root`.

    The script has our standard streams, working directory, environment and process group, and what descriptors we were
    handed. Each signal reaches it once (see `follow`).
    """
    if sys.flags.ignore_environment or sys.flags.no_site:
        why = "its environment (-E or -I)" if sys.flags.ignore_environment else "site customizations (-S)"
        raise InputError(f"this Python ignores {why}, by which child processes are watched: run it plainly")
    folder = _begin_record(script, root, machine)
    keep_compiled()
    kills_before = oom_kills() or 0
    sampler = TreeSampler(folder)
    with reserve_in(folder), signals_kept() as blocked:
        launched_s, began_s = time.time(), time.perf_counter()
        process = _start(script, folder, blocked)
        witness = Witness(folder / RESERVE)
        if extra is not None:
            extra.begin(process.pid, folder)
        ended = follow(process.pid, sampler, witness)
        if extra is not None:
            extra.end()
        witness.close()
    sampler.close()
    outcome = Outcome(
        ending=_ending(ended.exit_code, (oom_kills() or 0) - kills_before),
        detail=_detail(ended.exit_code),
        exit_code=ended.exit_code,
        wall_s=ended.at_s - began_s,
        cpu_s=ended.cpu_s,
        peak_pss_bytes=sampler.peak_pss_bytes,
        launched_s=launched_s,
    )
    with suppress(OSError):  # a full disk all the same: the record says that how it ended is not known
        write_json(folder / OUTCOME, outcome, is_synced=True)
    settle(folder)
    return Watched(folder=folder, exit_code=ended.exit_code)


def _kept(script: Script) -> tuple[str, ...]:
    """The script's words as its record has them."""
    program = 2 if script.arguments[0] == "-m" else 1  # the code of -c is an argument as well
    if script.are_arguments_kept or len(script.arguments) == program:
        return script.arguments
    return (*script.arguments[:program], NOT_KEPT)


def _begin_record(script: Script, root: Path, machine: Machine) -> Path:
    started_s = time.time()
    try:
        folder = new_run_folder(root, script.label, started_s)
        header = Header(
            schema=SCHEMA,
            id=folder.name,
            label=script.label,
            plan=None,
            machine=machine,
            argv=(Path(sys.argv[0]).name, *(sys.argv[1:] if script.are_arguments_kept else ("run", *_kept(script)))),
            commit=None,
            started_s=started_s,
            origin=Origin.SCRIPT,
            command=_kept(script),
            stacks_hz=script.stacks_hz,
            options=script.options,
        )
        write_json(folder / HEADER, header, is_synced=True)
    except InputError as error:
        raise NoRecordError(str(error)) from None
    except OSError as error:
        raise NoRecordError(f"no record can be kept in {root} ({error.strerror or error})") from None
    return folder


def run_plainly(script: Script) -> NoReturn:
    """Become the script, in this very process."""
    if script.is_output_ours:
        os.dup2(STDERR, STDOUT)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # ignored by every Python, which a program would inherit
        signal.signal(number, signal.SIG_DFL)
    os.execv(sys.executable, _command(script))


def _command(script: Script) -> list[str]:
    return [sys.executable, *options_in(sys.orig_argv), *script.arguments]


def watched_environment(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The script's environment: the user's own, with our start-up file first on the path and the record's name."""
    site = str(Path(harness.attach.__file__).parent / "site")
    path = environment.get("PYTHONPATH")
    return {**environment, "PYTHONPATH": f"{site}{os.pathsep}{path}" if path else site, FOLDER: str(folder.absolute())}


def _start(script: Script, folder: Path, blocked: AbstractSet[int]) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **(script.environment or {})}
    return subprocess.Popen(
        _command(script),
        env=watched_environment(environment, folder),
        stdout=STDERR if script.is_output_ours else None,
        close_fds=False,  # what the user handed down is the script's; ours are closed on exec
        preexec_fn=_as_without_us(blocked),
    )


def _as_without_us(blocked: AbstractSet[int]) -> Callable[[], None]:
    """For the child, before it becomes the script: signals as we were given them, and no life without us.

    A launcher that is killed for good takes the script with it, as the signal would have without a launcher.
    """
    die = dies_with(os.getpid())

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        die()

    return prepare


def _ending(exit_code: int, kills: int) -> Ending:
    if exit_code == 0:
        return Ending.FINISHED
    if exit_code in (-signal.SIGINT, _FAILED_BY_INTERRUPT):
        return Ending.INTERRUPTED
    if exit_code == -signal.SIGKILL and kills > 0:
        return Ending.OUT_OF_MEMORY
    return Ending.KILLED if exit_code < 0 else Ending.FAILED


def _detail(exit_code: int) -> str | None:
    if exit_code == 0:
        return None
    return f"killed by {signal_name(-exit_code)}" if exit_code < 0 else f"ended with exit code {exit_code}"
