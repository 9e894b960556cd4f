"""Advice against what happened: asks `harness advise`, runs the whole study, and says whether it fell inside.

`python benchmarks/advice_check.py [--budget S] [--trials-factor F] [NAME]...` on the reference workload, as found and
mended, in one worker, in two processes and in two threads. Exit code 1 when one fell outside. Runs go to .harness/.
"""

import argparse
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from harness.model.home import home
from harness.model.plan import Backend, DataAccess, Plan, StorageKind
from harness.model.probing import read_probing
from harness.model.store import read_record
from harness.probes.machine import read_machine
from harness.report.advice import build
from harness.report.advice.forecasts import FREE
from harness.report.advice.points import own_peak_bytes
from harness.report.advice.summary import Advice
from harness.report.quantity import Measure
from harness.runner.advise import Request, advise
from harness.runner.launch import Site, child_environment, launch
from harness.units import bytes_text, seconds_text

FOUND = Plan(
    workload="topstepb",
    trials=20,
    storage=StorageKind.SQLITE,
    settings=(("bars", "calm:5000:15min:1"), ("rung", "as_found"), ("attributes", "separate")),
)
MENDED = Plan(
    workload="topstepb",
    trials=300,
    storage=StorageKind.JOURNAL,
    data=DataAccess.REUSE,
    settings=(("bars", "crypto:50000:10min:1"), ("rung", "compiled"), ("attributes", "one")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """A plan to ask about, and the ways in which the study is then run."""

    planned: Plan
    backends: tuple[tuple[Backend, int], ...]


CHECKS = {
    "found": Ways(planned=FOUND, backends=((Backend.SERIAL, 1), (Backend.THREADS, 2))),
    "mended": Ways(planned=MENDED, backends=((Backend.SERIAL, 1), (Backend.PROCESSES, 2))),
}


def asked(planned: Plan, budget_s: float, site: Site) -> Advice:
    request = Request(planned=planned, workers=2, budget_s=budget_s)
    path = advise(request, site, step=lambda step: None, watch=lambda progress: None)
    return build(*read_probing(path))


def ran(planned: Plan, site: Site, way: tuple[Backend, int]) -> tuple[float, float, int | None]:
    """Wall of the whole run, the same without its trials' queueing for a core, and its largest process's memory."""
    backend, workers = way
    folder = launch(replace(planned, backend=backend, workers=workers), site, label="whole", watch=lambda p: None)
    record = read_record(folder)
    if record.outcome is None or len(record.trials) != planned.trials:
        raise SystemExit(f"the study itself did not end well: {record.outcome}")
    queued_s = sum(row.runqueue_s or 0.0 for row in record.trials)
    return record.outcome.wall_s, record.outcome.wall_s - queued_s / workers, own_peak_bytes(record)


def told(what: str, happened: float, measure: Measure, as_text: object) -> bool:
    assert callable(as_text)
    low, high, value = measure.low, measure.high, measure.value
    if low is None or high is None or value is None:
        print(f"  {what:26} happened {as_text(happened):>10}, no interval: {measure.missing or measure.basis}")
        return True
    is_inside = low <= happened <= high
    said = f"{as_text(value)} ({as_text(low)} – {as_text(high)})"
    print(f"  {what:26} happened {as_text(happened):>10}, said {said:36} {'inside' if is_inside else 'OUTSIDE'}")
    return is_inside


def check(name: str, ways: Ways, budget_s: float, site: Site) -> bool:
    advice = asked(ways.planned, budget_s, site)
    print(f"{name}: {advice.headline}")
    for warned in advice.warnings:
        print(f"  ! {warned.sentence}")
    kinds = {Backend.SERIAL: "1 worker", Backend.THREADS: "2 threads", Backend.PROCESSES: "2 processes"}
    forecasts = {one.how: one for one in advice.forecasts}
    is_inside = True
    for backend, workers in ways.backends:
        wall_s, free_s, peak = ran(ways.planned, site, (backend, workers))
        how = kinds[backend]
        if how in forecasts:
            is_inside &= told(how, wall_s, forecasts[how].wall, seconds_text)
        if backend is Backend.SERIAL:
            if FREE in forecasts:
                is_inside &= told(FREE, free_s, forecasts[FREE].wall, seconds_text)
            if peak is not None:
                is_inside &= told("memory of a worker", peak, advice.memory.need, bytes_text)
    return is_inside


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CHECKS))
    options.add_argument("--budget", type=float, default=60.0)
    options.add_argument("--trials-factor", type=float, default=1.0)
    given = options.parse_args()
    root: Path = home()
    site = Site(root=root, machine=read_machine(environment=child_environment(os.environ, root)))
    is_inside = True
    for name in given.names or CHECKS:
        ways = CHECKS[name]
        planned = replace(ways.planned, trials=max(1, round(ways.planned.trials * given.trials_factor)))
        is_inside &= check(name, replace(ways, planned=planned), given.budget, site)
    return 0 if is_inside else 1


if __name__ == "__main__":
    sys.exit(main())
