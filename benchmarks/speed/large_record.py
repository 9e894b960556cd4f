"""Target: a record of 100,000 trials from 16 workers is summarised and rendered in under 10 s and under 500 MiB."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from made_record import make_record
from speed.target import Measured, median

TRIALS, WORKERS = 100_000, 16
LIMIT_S, LIMIT_MIB = 10.0, 500.0
_PROFILE = """
from harness.profile.build import build
build(Path(sys.argv[1]))
"""
_REPORT = """
from harness.cli import main
sys.argv = ["harness", "report", sys.argv[1], "--out", sys.argv[2]]
try:
    main()
except SystemExit as end:
    if end.code:
        raise
"""
_CHILD = """
import json, resource, sys, time
from pathlib import Path
began_s = time.perf_counter()
{work}
usage = resource.getrusage(resource.RUSAGE_SELF)
peak_kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
figures = dict(wall_s=time.perf_counter() - began_s, cpu_s=usage.ru_utime + usage.ru_stime, peak_mib=peak_kib / 1024)
print(json.dumps(figures), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a piece of work on a record cost, in a fresh process."""

    wall_s: float
    cpu_s: float
    peak_mib: float  # VmHWM


def measure(pairs: int, root: Path) -> list[Measured]:
    """The whole of `harness report RUN`, as often as asked for, on one record; CPU, as the work has one thread."""
    folder = root / "large-record"
    make_record(folder, TRIALS, WORKERS)
    costs = [report_cost(folder, root / "large-report") for _ in range(pairs)]
    return [
        Measured(
            what="report on 100,000 trials, CPU",
            value=median([cost.cpu_s for cost in costs]),
            unit="s",
            limit=LIMIT_S,
        ),
        Measured(what="the same, wall", value=median([cost.wall_s for cost in costs]), unit="s"),
        Measured(
            what="the same, peak memory",
            value=median([cost.peak_mib for cost in costs]),
            unit="MiB",
            limit=LIMIT_MIB,
        ),
    ]


def profile_cost(folder: Path) -> Cost:
    """Reading a record and building its profile."""
    return _run(_PROFILE, folder, folder)


def report_cost(folder: Path, out: Path) -> Cost:
    """The whole command: profile, findings, console, page and exports."""
    return _run(_REPORT, folder, out)


def _run(work: str, folder: Path, out: Path) -> Cost:
    child = [sys.executable, "-c", _CHILD.format(work=work), str(folder), str(out)]
    done = subprocess.run(child, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"work on {folder} ended with {done.returncode}:\n{done.stderr}")
    return Cost(**json.loads(done.stderr.splitlines()[-1]))
