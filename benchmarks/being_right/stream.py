"""A stream of real runs of one study in fresh processes, recorded: three identical ones and a slowed one in each block.

They stand as the arms of a comparison would: baseline, A/A arm and lever (which nothing tells apart), and the control.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from harness.experiments.figures import figures
from harness.model.metric import Metric
from harness.model.plan import Plan, SamplerKind
from harness.model.store import read_record
from harness.probes.machine import read_machine
from harness.runner.launch import Site, child_environment, launch
from harness.stats.orders import balanced_orders

WORKLOAD = "benchmarks.being_right.work:objective"
TRIALS = 4
SLOWDOWN = 0.11  # of the objective, which is nine tenths of the study: a tenth of all of its CPU
ARMS = 4  # of a block: three identical ones, and
SLOWED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the stream, at its place."""

    place: int
    arm: int  # from 0; SLOWED is the one with the slowdown
    cpu_s: float  # of the study, start-up left out: what `harness compare` decides on
    wall_s: float
    run_cpu_s: float  # of the whole process
    run_wall_s: float
    objective_share: float  # of cpu_s, so that the true ratio of a slowed run is known
    load_average: float

    @property
    def is_slowed(self) -> bool:
        """Whether it is the one that a rule should see."""
        return self.arm == SLOWED


def record_stream(runs: int, home: Path, out: Path, *, tell: Callable[[str], None]) -> None:
    """Carry so many identical runs out, with a third as many slowed ones between them, and write them after each block.

    What was recorded before is kept where the file is there already: the stream goes on at its next block.
    """
    plan = Plan(workload=WORKLOAD, trials=TRIALS, sampler=SamplerKind.NUMBERED)
    found = list(read_stream(out)) if out.exists() else []
    blocks = -(-runs // (ARMS - 1))
    site = Site(root=home, machine=read_machine(environment=child_environment(os.environ, home)))
    began_s, first = time.monotonic(), len(found) // ARMS
    for block, order in enumerate(balanced_orders(ARMS, blocks, seed=0)):
        if block < first:
            continue
        for arm in order:
            carried = replace(plan, slowdown=SLOWDOWN if arm == SLOWED else 0.0)
            folder = launch(carried, site, label="stream", watch=lambda progress: None)
            found.append(_run(folder, len(found), arm))
        write_stream(out, found)
        left_s = (time.monotonic() - began_s) / (block + 1 - first) * (blocks - block - 1)
        tell(f"block {block + 1} of {blocks}, {left_s:.0f} s left")


def read_stream(path: Path) -> tuple[Run, ...]:
    """A stream as recorded."""
    return tuple(Run(**row) for row in json.loads(path.read_text(encoding="utf-8"))["runs"])


def write_stream(path: Path, runs: list[Run]) -> None:
    """Whole, and in the place of the one before, so that a kill loses one block at most."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"workload": WORKLOAD, "trials": TRIALS, "slowdown": SLOWDOWN, "runs": [asdict(run) for run in runs]}
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)


def _run(folder: Path, place: int, arm: int) -> Run:
    record = read_record(folder)
    taken = figures(record)
    numbers = [taken[metric] for metric in (Metric.CPU, Metric.WALL, Metric.RUN_CPU, Metric.RUN_WALL)]
    if record.outcome is None or any(number is None for number in numbers):
        raise SystemExit(f"run {place} did not end well: {record.outcome and record.outcome.detail}")
    cpu_s, wall_s, run_cpu_s, run_wall_s = (float(number) for number in numbers if number is not None)
    inside_s = sum(span.cpu_s for row in record.trials for name, span in row.spans.items() if name == "other")
    return Run(
        place=place,
        arm=arm,
        cpu_s=cpu_s,
        wall_s=wall_s,
        run_cpu_s=run_cpu_s,
        run_wall_s=run_wall_s,
        objective_share=inside_s / cpu_s,
        load_average=os.getloadavg()[0],
    )
