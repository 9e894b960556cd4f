"""What an experiment costs beside its runs: launching, replaying, recording, checking values, deciding, rendering.

python benchmarks/machinery.py [--trials 20] [--pairs 10] [--workload topstepb]

Carries a comparison out and takes the whole command's wall time apart: the processes' own start-up (interpreter,
imports, warm-up), what they did from being ready to their end, and the rest, which is the harness. Its own process
starts up as well: what it imports on its way (SciPy, the workload's settings) is imported beforehand and told apart.
Target: the rest is less than 10 % of the wall time beyond start-up.
"""

import argparse
import importlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from harness.experiments.judging import judge
from harness.levers.registry import levers
from harness.model.comparison import Aim
from harness.model.comparisons import Compared, read_compared
from harness.model.machine import Machine
from harness.model.plan import Plan
from harness.report.comparison import build, write_report
from harness.runner.comparing.carrying import compare
from harness.runner.comparing.request import Request, Silent
from harness.runner.comparing.traits import setting_names
from harness.runner.launch import Site
from harness.units import percent_text, seconds_text

TARGET = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Wall time of a comparison, from the command to the report."""

    whole_s: float
    runs: int
    startup_s: float
    study_s: float  # of all runs, from ready to exit
    decided_s: float  # of the rest: judging, rendering and writing the report
    launcher_cpu_s: float
    imports_s: float  # of the harness's own process, once, not in `whole_s`

    @property
    def rest_s(self) -> float:
        return self.whole_s - self.startup_s - self.study_s

    @property
    def share(self) -> float:
        """Of the wall time beyond start-up."""
        return self.rest_s / (self.whole_s - self.startup_s)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--trials", type=int, default=20)
    asked.add_argument("--pairs", type=int, default=10)
    asked.add_argument("--workload", default="topstepb")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Plan(workload=given.workload, trials=given.trials), given.pairs, Path(folder))
    print("\n".join(lines(found)))
    raise SystemExit(0 if found.share < TARGET else 1)


def measure(base: Plan, pairs: int, folder: Path) -> Taken:
    """A comparison of one lever, with all its controls."""
    imports_s = import_what_is_imported_late(base)
    request = Request(base=base, levers=levers(["gc-freeze"]), aim=Aim(pairs=pairs))
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    compared = read_compared(compare(request, Site(root=folder, machine=Machine()), tell=Silent()))
    carried_s = time.perf_counter()
    write_report(build(judge(compared), "benchmark"), folder / "report")
    ended_s = time.perf_counter()
    startup_s, study_s = own_times_s(compared)
    return Taken(
        whole_s=ended_s - began_s,
        runs=len(compared.records),
        startup_s=startup_s,
        study_s=study_s,
        decided_s=ended_s - carried_s,
        launcher_cpu_s=time.process_time() - began_cpu_s,
        imports_s=imports_s,
    )


def import_what_is_imported_late(plan: Plan) -> float:
    """Seconds that it takes; the launcher imports these when it first needs them."""
    began_s = time.perf_counter()
    importlib.import_module("scipy.special")
    setting_names(plan)
    return time.perf_counter() - began_s


def own_times_s(compared: Compared) -> tuple[float, float]:
    """What all runs took until they were ready, and from then to their exit."""
    startup_s = study_s = 0.0
    for record in compared.records.values():
        if record.outcome is None or not record.starts:
            raise SystemExit(f"a run did not end well: {record.folder}")
        until_ready_s = min(start.startup_wall_s for start in record.starts)
        startup_s += until_ready_s
        study_s += record.outcome.wall_s - until_ready_s
    return startup_s, study_s


def lines(found: Taken) -> list[str]:
    with_imports = (found.rest_s + found.imports_s) / (found.whole_s + found.imports_s - found.startup_s)
    return [
        f"{found.runs} runs took {seconds_text(found.whole_s)} from the command to the report",
        f"  {seconds_text(found.startup_s)} their own start-up, {seconds_text(found.startup_s / found.runs)} each",
        f"  {seconds_text(found.study_s)} their studies, from ready to exit",
        f"  {seconds_text(found.rest_s)} the harness, {seconds_text(found.decided_s)} of it judging and rendering",
        f"  {seconds_text(found.launcher_cpu_s)} CPU in the harness's own process",
        f"  {seconds_text(found.imports_s)} its own start-up (imports), once, not in the above",
        f"the harness is {percent_text(found.share)} of the rest; less than {percent_text(TARGET)} is wanted",
        f"  {percent_text(with_imports)} with its own start-up",
    ]


if __name__ == "__main__":
    main()
