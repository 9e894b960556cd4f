"""The launcher: starts a run in a fresh interpreter, samples its memory, ends it in time and records how it ended."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from harness.errors import ExitCode, HarnessError
from harness.experiments.dying import ALL_FAILED
from harness.model.files import make_private
from harness.model.home import VARIABLE, new_run_folder
from harness.model.machine import Machine
from harness.model.plan import Plan
from harness.model.record import SCHEMA, Ending, Header, Outcome
from harness.model.store import HEADER, OUTCOME, write_json
from harness.probes.cgroup import oom_kills
from harness.runner.objectives import why_all_failed
from harness.runner.sampling import TreeSampler
from harness.runner.searching.legs import rows_planned
from harness.runner.signals import signal_name
from harness.runner.spools import make_spool, remove_spool

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
GRACE_S = 5.0  # between asking a run to stop and killing it


class InterruptedRunError(HarnessError):
    """The user stopped a run; its record is readable up to there."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self, folder: Path, sentence: str) -> None:
        super().__init__(sentence)
        self.folder = folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come."""

    label: str
    done: int
    trials: int
    elapsed_s: float

    @property
    def left_s(self) -> float | None:
        """Time left at the rate so far; None before the first trial has ended."""
        return None if self.done == 0 else self.elapsed_s / self.done * (self.trials - self.done)


Watch = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where runs are launched from: the root of all records and what is known of the machine."""

    root: Path
    machine: Machine
    commit: str | None = None


class CarryOut(Protocol):
    """Carries one plan out and returns its record's folder; `launch`, or a test's stand-in."""

    def __call__(self, plan: Plan, site: Site, *, label: str, watch: Watch) -> Path: ...


def launch(plan: Plan, site: Site, *, label: str, watch: Watch) -> Path:
    """Carry `plan` out in a fresh process tree and return its record's folder, however the run ended.

    Raises InterruptedRunError after Ctrl-C, once the outcome is written and the whole process tree is gone.
    """
    started_s = time.time()
    folder = new_run_folder(site.root, label, started_s)
    header = Header(
        schema=SCHEMA,
        id=folder.name,
        label=label,
        plan=plan,
        machine=site.machine,
        argv=(Path(sys.argv[0]).name, *sys.argv[1:]),
        commit=site.commit,
        started_s=started_s,
    )
    write_json(folder / HEADER, header, is_synced=True)
    make_spool(plan, folder)
    watcher = _Watcher(folder, plan, label, watch)
    seen = Seen()
    kills_before = oom_kills() or 0
    child = _Child(folder, child_environment(os.environ, site.root))  # last: from here on it is ended, come what may
    try:
        if not child.wait(plan.timeout_s, watcher):
            seen = replace(seen, timed_out_s=plan.timeout_s)
    except KeyboardInterrupt:
        seen = replace(seen, interrupted=True)
    finally:
        child.end()
        remove_spool(folder)
        watcher.look(child.pid)
        watcher.close()
        missing = max(watcher.planned - watcher.done, 0)
        seen = replace(
            seen,
            oom_kills=(oom_kills() or 0) - kills_before,
            missing_trials=missing,
            all_failed=why_all_failed(folder) if child.exit_code == 0 else None,
        )
        write_json(folder / OUTCOME, _outcome(child, watcher, seen))
    if seen.interrupted:
        sentence = f"interrupted; the trials that had finished are kept in {folder}"
        raise InterruptedRunError(folder, sentence)
    return folder


def child_environment(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    """The environment of a run: a fixed hash seed and one BLAS thread per process, unless the user has set others."""
    fixed = {"PYTHONHASHSEED": "0", **dict.fromkeys(ONE_THREAD, "1")}
    return {**fixed, **environment, VARIABLE: str(root.absolute())}


class _Child:
    """The run's first process, which leads a session of its own, so that its whole tree can be ended at once."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.began_s = time.perf_counter()
        arguments = [str(folder), repr(time.time()), str(os.getpid())]
        outputs = [make_private(folder / name) for name in ("stdout.txt", "stderr.txt")]
        with outputs[0].open("wb") as out, outputs[1].open("wb") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "harness.runner.child", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        self.pid = self._process.pid
        self.wall_s = 0.0
        self.cpu_s = 0.0
        self._ended = threading.Event()
        threading.Thread(target=self._reap, daemon=True).start()

    @property
    def exit_code(self) -> int:
        return int(self._process.returncode)

    def wait(self, timeout_s: float | None, watcher: "_Watcher") -> bool:
        """Whether the child ended by itself within the time-out; the watcher looks at it meanwhile."""
        while not self._ended.wait(watcher.every_s):
            watcher.look(self.pid)
            if timeout_s is not None and time.perf_counter() - self.began_s - watcher.grace_s > timeout_s:
                return False
        return True

    def end(self) -> None:
        """Ask whatever is left of the process tree to stop, then kill it; returns when the child is reaped."""
        if not self._ended.is_set():
            self._signal(signal.SIGINT)
            with suppress(KeyboardInterrupt):  # a second Ctrl-C ends the grace
                self._ended.wait(GRACE_S)
        self._signal(signal.SIGKILL)
        self._ended.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return  # nothing of the group is left

    def _reap(self) -> None:
        """Wait with the kernel's account of the child and of every descendant that was waited for."""
        _, status, usage = os.wait4(self.pid, 0)
        self.wall_s = time.perf_counter() - self.began_s
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._ended.set()


class _Watcher:
    """Samples the memory of the process tree and counts the rows that have reached the disk."""

    def __init__(self, folder: Path, plan: Plan, label: str, watch: Watch) -> None:
        self.folder, self._label, self._watch = folder, label, watch
        self.planned = rows_planned(plan)
        self._began_s = time.perf_counter()
        self._sampler = TreeSampler(folder)
        self._offsets: dict[Path, int] = {}
        self.done = 0
        self._most_grace_s = plan.startup_grace_s
        self._startup_s: float | None = None  # until the first process was ready

    @property
    def grace_s(self) -> float:
        """Start-up so far, as far as the time-out does not count it."""
        passed_s = time.perf_counter() - self._began_s if self._startup_s is None else self._startup_s
        return min(passed_s, self._most_grace_s)

    @property
    def peak_pss_bytes(self) -> int | None:
        return self._sampler.peak_pss_bytes

    @property
    def every_s(self) -> float:
        return self._sampler.every_s

    def look(self, pid: int) -> None:
        self._sampler.look(pid)
        self._count()
        elapsed_s = time.perf_counter() - self._began_s
        self._watch(Progress(label=self._label, done=self.done, trials=self.planned, elapsed_s=elapsed_s))

    def close(self) -> None:
        self._sampler.close()

    def _count(self) -> None:
        for path in self.folder.glob("trials-*.jsonl"):
            with path.open("rb") as rows:
                rows.seek(self._offsets.get(path, 0))
                new = rows.read()
            whole = new.rfind(b"\n") + 1
            self._offsets[path] = self._offsets.get(path, 0) + whole
            self.done += new[:whole].count(b'{"kind":"trial"')
            if self._startup_s is None and b'{"kind":"start"' in new[:whole]:
                self._startup_s = time.perf_counter() - self._began_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the launcher saw of a run beside its exit code."""

    interrupted: bool = False
    timed_out_s: float | None = None  # the time-out that it exceeded
    oom_kills: int = 0  # kills for want of memory in this group of processes, while it ran
    missing_trials: int = 0  # of those planned, without a row
    all_failed: str | None = None  # every trial failed: why the first one did


def judge(*, exit_code: int, errors: Sequence[Mapping[str, str]], seen: Seen) -> tuple[Ending, str | None]:
    """How a run ended and, when it did not finish, why, in a few words; from what its launcher saw."""
    said = errors[0]["sentence"] if errors else None
    if seen.interrupted:
        return Ending.INTERRUPTED, "stopped by the user"
    if seen.timed_out_s is not None:
        return Ending.TIMED_OUT, f"stopped at its time-out of {seen.timed_out_s:g} s"
    wanting = [error["sentence"] for error in errors if error["type"] == "MemoryError"]
    if wanting:
        return Ending.OUT_OF_MEMORY, wanting[0]
    is_lost = any(error["type"] == "WorkerLostError" for error in errors)
    if seen.oom_kills > 0 and (exit_code < 0 or is_lost):
        return Ending.OUT_OF_MEMORY, "killed by the kernel, which was out of memory for this group of processes"
    if exit_code < 0:
        return Ending.KILLED, f"killed by {signal_name(-exit_code)}"
    if is_lost:
        return Ending.KILLED, said
    if exit_code != 0:
        return Ending.FAILED, said or f"ended with exit code {exit_code} without saying why"
    if seen.missing_trials:  # an objective that calls os._exit, sys.exit or study.stop
        return Ending.FAILED, "ended before its last trial, without an error"
    if seen.all_failed is not None:
        return Ending.FAILED, f"{ALL_FAILED}: {seen.all_failed}"
    return Ending.FINISHED, None


def _outcome(child: _Child, watcher: _Watcher, seen: Seen) -> Outcome:
    ending, detail = judge(exit_code=child.exit_code, errors=_errors(watcher.folder), seen=seen)
    if detail is not None:
        detail = f"{detail}; {watcher.done} of {watcher.planned} trials are recorded"
    return Outcome(
        ending=ending,
        detail=detail,
        exit_code=child.exit_code,
        wall_s=child.wall_s,
        cpu_s=child.cpu_s,
        peak_pss_bytes=watcher.peak_pss_bytes,
        stored_bytes=sum(path.stat().st_size for path in watcher.folder.glob("study.*")) or None,
    )


def _errors(folder: Path) -> list[dict[str, str]]:
    """What the processes of a run left of their errors, the leader's first."""
    found = sorted(folder.glob("error-*.json"), key=lambda path: ("leader" not in path.name, path.name))
    return [json.loads(path.read_bytes()) for path in found]
