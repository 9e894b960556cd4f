"""Runs a case in a fresh folder and process, as `harness run` and plain."""

import importlib.util
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from diagnosis.case import Case
from diagnosis.judge import Diagnosis, Grade, Judgment, Truth, judge, read_summary

TIMEOUT_S = 150
CLOCKS = "clocks.jsonl"
_CLOCKS_MODULE = Path(__file__).with_name("clocks.py")
EXIT = "exit: "  # what follows Python's exit functions, and so the last look at the script's own clocks
_SPIN = "while True: pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A share of the whole run: what the script's own clocks say, and what the harness says."""

    place: str
    true: float
    said: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run took."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one case did."""

    name: str
    title: str
    judgment: Judgment
    headline: str
    findings: tuple[str, ...]
    shares: tuple[Beside, ...]
    wall_s: float
    cpu_s: float = 0.0  # of the script, the harness and all that they waited for
    ceiling_share: float | None = None  # of the first finding


def missing(case: Case) -> tuple[str, ...]:
    """What the case needs and this machine does not have: modules, or programs (`program:awk`)."""
    return tuple(need for need in case.needs if not _is_there(need))


def _is_there(need: str) -> bool:
    kind, _, program = need.rpartition(":")
    return (
        shutil.which(program, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        if kind
        else importlib.util.find_spec(need)
    ) is not None


def prepare(case: Case, folder: Path, source: str) -> None:
    """The case's script and its clocks, in an empty folder."""
    folder.mkdir(parents=True)
    (folder / case.script).write_text(source, encoding="utf-8")
    shutil.copy(_CLOCKS_MODULE, folder / "clocks.py")


def examine(case: Case, folder: Path) -> Result:
    """Runs the case under the harness and judges what was said. `folder` does not exist yet."""
    prepare(case, folder, case.source)
    command = [sys.executable, "-m", "harness", "run", "--json", *case.options, case.script, *case.arguments]
    start_s, start_cpu_s = time.perf_counter(), _children_cpu_s()
    try:
        done = _run(command, folder, folder / CLOCKS)
    except subprocess.TimeoutExpired:
        return _broken(case, f"not done after {TIMEOUT_S} s", Cost(wall_s=time.perf_counter() - start_s, cpu_s=0.0))
    cost = Cost(wall_s=time.perf_counter() - start_s, cpu_s=_children_cpu_s() - start_cpu_s)
    (folder / "stderr.txt").write_text(done.stderr, encoding="utf-8")
    (folder / "summary.json").write_text(done.stdout, encoding="utf-8")
    ended = {"wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "exit_code": done.returncode}
    (folder / "ended.json").write_text(json.dumps(ended), encoding="utf-8")
    return judged(case, folder)


def judged(case: Case, folder: Path) -> Result:
    """Judges what was said in a folder in which the case was run."""
    ended = json.loads((folder / "ended.json").read_text(encoding="utf-8"))
    cost = Cost(wall_s=ended["wall_s"], cpu_s=ended["cpu_s"])
    errors = (folder / "stderr.txt").read_text(encoding="utf-8")[-300:]
    if ended["exit_code"] != case.exit_code:
        return _broken(case, f"exit code {ended['exit_code']}, not {case.exit_code}: {errors}", cost)
    try:
        summary = read_summary((folder / "summary.json").read_text(encoding="utf-8"))
    except ValueError:
        return _broken(case, f"no summary: {errors}", cost)
    report = folder / "reports" / "latest" / "report.md"
    said = Diagnosis.of(summary, report.read_text(encoding="utf-8") if report.exists() else "")
    truth = _truth(folder / CLOCKS)
    return Result(
        name=case.name,
        title=case.title,
        judgment=judge(case, said, truth),
        headline=said.sentence.replace(sys.prefix, ""),  # boards are kept: no path of this machine is in them
        findings=tuple(f"{finding.rule}: {finding.title}".replace(sys.prefix, "") for finding in said.findings),
        shares=tuple(_beside(case, said, truth)),
        wall_s=cost.wall_s,
        cpu_s=cost.cpu_s,
        ceiling_share=said.findings[0].ceiling_share if said.findings else None,
    )


def _run(command: Sequence[str], folder: Path, clocks: Path) -> subprocess.CompletedProcess[str]:
    """In a session of its own, of which nothing is left when it takes too long."""
    environment = {**os.environ, "DIAGNOSIS_CLOCKS": str(clocks)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each process compiles what it imports, and imports lead
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        try:
            output, errors = process.communicate(timeout=TIMEOUT_S)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _broken(case: Case, why: str, cost: Cost) -> Result:
    return Result(
        name=case.name,
        title=case.title,
        judgment=Judgment(grade=Grade.WRONG, why=why),
        headline="",
        findings=(),
        shares=(),
        wall_s=cost.wall_s,
        cpu_s=cost.cpu_s,
    )


def _beside(case: Case, said: Diagnosis, truth: Truth | None) -> Iterator[Beside]:
    if truth is None:
        return
    seen = 1 - sum(part for place, part in said.account if place.startswith(EXIT))
    for share in case.shares:
        rows = [part for place, part in said.account if case.pattern(share.place).search(place)]
        yield Beside(
            place=share.clock, true=truth.places.get(share.clock, 0.0), said=sum(rows) / seen if rows else None
        )


def _truth(clocks: Path) -> Truth | None:
    """What the script measured of itself, as shares of the wall of its process; None where it could not."""
    if not clocks.exists():
        return None
    lines = [json.loads(line) for line in clocks.read_text(encoding="utf-8").splitlines()]
    whole = max(lines, key=lambda line: line["age_s"])
    places = {place: wall_s / whole["age_s"] for place, wall_s in whole["wall_s"].items()}
    return Truth(start=whole["ready_s"] / whole["age_s"], places=places)


def run_plain(case: Case, folder: Path, source: str) -> Cost:
    """Runs a script without the harness. Raises RuntimeError where it fails."""
    prepare(case, folder, source)
    start_s, start_cpu_s = time.perf_counter(), _children_cpu_s()
    done = _run([sys.executable, case.script, *case.arguments], folder, folder / CLOCKS)
    wall_s = time.perf_counter() - start_s
    if done.returncode != case.exit_code:
        raise RuntimeError(f"{case.name}: exit code {done.returncode}, not {case.exit_code}: {done.stderr[-500:]}")
    return Cost(wall_s=wall_s, cpu_s=_children_cpu_s() - start_cpu_s)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def load_beside(loops: int) -> Iterator[None]:
    """Keeps so many busy loops running, each in a process of its own."""
    loads = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(loops)]
    try:
        yield
    finally:
        for load in loads:
            load.kill()
            load.wait()
