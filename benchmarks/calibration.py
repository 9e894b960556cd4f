"""What went in against what the profile gives back, case by case: `python benchmarks/calibration.py [CASE]...`.

Each case runs under `harness run` as anybody's script would. It writes what each trial really took, by plain clocks of
its own, to a side file; the record is then read as reports read it. Exit code 1 when a bound is missed: 5 % or 1 ms for
CPU and wall, 5 % or 1 MiB for memory, none for counts. A case that needs what is not installed is named and left out.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.errors import ExitCode
from harness.profile.build import build
from harness.profile.columns import STATES
from harness.profile.facts import Profile, Verdict
from harness.units import bytes_text, count_text, seconds_text
from harness.workloads.calibration.case import Asked, Case, Truth
from harness.workloads.calibration.cases import CASES, case_named
from harness.workloads.calibration.tally import PutIn, read_tally

SHARE = 0.05
TIME_S = 1e-3
MEMORY_BYTES = 1024**2


class Kind(Enum):
    """What is compared, and so its bound."""

    TIME = "time"
    MEMORY = "memory"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One number: put in, given back. `worst` is the largest difference of a single trial, where they are compared."""

    what: str
    kind: Kind
    put_in: float
    given_back: float | None
    worst: float | None = None

    @property
    def is_met(self) -> bool:
        if self.given_back is None:
            return False
        off = abs(self.given_back - self.put_in)
        match self.kind:
            case Kind.TIME:
                return off <= max(SHARE * self.put_in, TIME_S)
            case Kind.MEMORY:
                return off <= max(SHARE * abs(self.put_in), MEMORY_BYTES)
            case Kind.COUNT:
                return off == 0

    def text(self, value: float | None) -> str:
        if value is None:
            return "nothing"
        return {Kind.TIME: seconds_text, Kind.MEMORY: bytes_text, Kind.COUNT: count_text}[self.kind](value)


def compare(profile: Profile, truth: Truth, tally: Sequence[PutIn]) -> Iterator[Check]:
    """Everything that the case knows, beside what the profile says."""
    yield Check(what="trials", kind=Kind.COUNT, put_in=truth.trials, given_back=len(profile.trials))
    found = Counter(STATES[int(state)].value for state in profile.trials.state)
    for state, count in truth.states.items():
        yield Check(what=state, kind=Kind.COUNT, put_in=count, given_back=found[state])
    processes = sum(process.trials > 0 for process in profile.processes)
    yield Check(what="processes", kind=Kind.COUNT, put_in=truth.processes, given_back=processes)
    yield Check(
        what="duplicates", kind=Kind.COUNT, put_in=truth.duplicates, given_back=float(profile.duplicates.trials)
    )
    yield from _spans(profile, truth, tally)
    yield from _waiting(profile, truth)
    yield from _calls(profile, truth)
    yield from _memory(profile, truth)
    yield from _processes(profile, truth, tally)


def _spans(profile: Profile, truth: Truth, tally: Sequence[PutIn]) -> Iterator[Check]:
    for name, wanted in truth.spans.items():
        columns = profile.trials.spans.get(name)
        if columns is None:
            yield Check(what=f"span {name}", kind=Kind.COUNT, put_in=wanted.calls, given_back=None)
            continue
        yield _each(f"span {name}, calls", columns.calls, wanted.calls)
        if all(name in put.parts for put in tally):
            walls = np.array([put.parts[name].wall_s for put in tally])
            yield _time(f"span {name}, wall", walls, columns.wall_s)
            yield _time(f"span {name}, CPU", np.array([put.parts[name].cpu_s for put in tally]), columns.cpu_s)


def _waiting(profile: Profile, truth: Truth) -> Iterator[Check]:
    """What a trial waits for most, beside a core, which other work may withhold; a disk would hide it."""
    waiting = None if profile.ledger is None else profile.ledger.waiting
    is_in_memory = all(study.storage == "InMemoryStorage" for study in profile.studies)
    if truth.waits_for is not None and waiting is not None and is_in_memory:
        parts = {"storage": waiting.storage_s, "gil": waiting.gil_s, "other": waiting.other_s}
        most = max(parts, key=lambda name: parts[name])
        yield Check(what=f"waits for: {truth.waits_for}", kind=Kind.COUNT, put_in=1, given_back=most == truth.waits_for)


def _calls(profile: Profile, truth: Truth) -> Iterator[Check]:
    for method, count in truth.storage_calls.items():
        found = profile.trials.calls.get(method)
        yield _each(f"{method}, calls", np.zeros(1) if found is None else found, count)
    for what, count in truth.loads.items():
        loads = [load for process in profile.processes for load in process.loads if load.what == what]
        if what == "open":
            loads = [load for load in loads if load.arguments.endswith("rows.csv")]
        given = sum(load.calls_in_trials for load in loads)
        yield Check(what=f"{what}, calls in trials", kind=Kind.COUNT, put_in=count, given_back=given)


def _memory(profile: Profile, truth: Truth) -> Iterator[Check]:
    memory = profile.memory
    growths = memory.growth if memory else ()
    if truth.kept_bytes is not None:
        grown = growths[0].bytes_per_trial if growths else None
        given = None if grown is None else grown.value
        yield Check(what="kept per trial", kind=Kind.MEMORY, put_in=truth.kept_bytes, given_back=given)
        is_leak = bool(growths) and growths[0].verdict is Verdict.LEAK
        yield Check(what="called a leak", kind=Kind.COUNT, put_in=truth.kept_bytes > 0, given_back=is_leak)
    if truth.peak_bytes is not None:
        given = None if memory is None else memory.peak_growth_bytes
        yield Check(what="peak within a trial", kind=Kind.MEMORY, put_in=truth.peak_bytes, given_back=given)


def _processes(profile: Profile, truth: Truth, tally: Sequence[PutIn]) -> Iterator[Check]:
    for name, column in (
        ("children_cpu_s", profile.trials.children_cpu_s),
        ("process_cpu_s", profile.trials.process_cpu_s),
    ):
        if all(name in put.amounts for put in tally):
            yield _time(name, np.array([put.amounts[name] for put in tally]), column)
    if truth.collections is not None:
        full = sum(p.collections.full_collections for p in profile.processes if p.collections is not None)
        yield Check(what="full collections", kind=Kind.COUNT, put_in=truth.collections, given_back=full)
    if truth.pool_threads is not None:
        pools = {pool.threads for process in profile.processes for pool in process.thread_pools}
        threads = float(pools.pop()) if len(pools) == 1 else None
        yield Check(what="threads of the BLAS pool", kind=Kind.COUNT, put_in=truth.pool_threads, given_back=threads)


def _each(what: str, found: NDArray[np.generic], wanted: int) -> Check:
    """A count that every trial must have."""
    wrong = found[found != wanted]
    return Check(what=what, kind=Kind.COUNT, put_in=wanted, given_back=float(wrong[0]) if len(wrong) else wanted)


def _time(what: str, put: NDArray[np.float64], given: NDArray[np.float64]) -> Check:
    worst = float(np.abs(given - put).max()) if len(given) == len(put) else None
    return Check(what=what, kind=Kind.TIME, put_in=float(put.mean()), given_back=float(given.mean()), worst=worst)


def run(case: Case, folder: Path, extra: Sequence[str]) -> tuple[int, str]:
    """Run a case under the harness; its exit code and what it printed on standard error."""
    harness = [sys.executable, "-m", "harness", "run", "--no-stacks", "--out", str(folder / "report")]
    script = ["-m", "harness.workloads.calibration", case.name, "--tally", str(folder / "tally.jsonl"), *extra]
    environment = {**os.environ, "HARNESS_HOME": str(folder / "home")}
    done = subprocess.run([*harness, *script], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def checked(case: Case, folder: Path, extra: Sequence[str]) -> list[Check] | None:
    """The checks of one case; None where something that it needs is not installed."""
    code, said = run(case, folder, extra)
    if code == ExitCode.LACKING:
        return None
    if code != 0:
        raise SystemExit(f"the case {case.name!r} ended with exit code {code}:\n{said}")
    (record,) = (folder / "home" / "runs").iterdir()
    truth = case.truth(case.sizes, Asked(trials=case.trials, jobs=case.jobs))
    return list(compare(build(record), truth, read_tally(folder / "tally.jsonl")))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("cases", nargs="*", metavar="CASE")
    options.add_argument("--storage", help="as the script takes it: memory, journal, sqlite or a URL")
    options.add_argument("--misses", action="store_true", help="print what missed its bound only")
    given = options.parse_args()
    extra = [] if given.storage is None else ["--storage", given.storage]
    misses = 0
    print(f"{'case':19} {'what':36} {'put in':>10} {'given back':>10} {'worst trial':>12}")
    for case in [case_named(name) for name in given.cases] or CASES.values():
        with tempfile.TemporaryDirectory(prefix="calibration-") as folder:
            checks = checked(case, Path(folder), extra)
        if checks is None:
            print(f"{case.name:19} left out: what it needs is not installed")
            continue
        for check in checks:
            misses += not check.is_met
            if check.is_met and given.misses:
                continue
            worst = "" if check.worst is None else f"± {check.text(check.worst)}"
            row = f"{case.name:19} {check.what:36} {check.text(check.put_in):>10} {check.text(check.given_back):>10}"
            print(f"{row} {worst:>12}{'' if check.is_met else '  MISSED'}", flush=True)
    print(f"{misses} missed" if misses else "everything within its bounds")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
