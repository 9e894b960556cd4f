"""What it takes to start a worker: spawned, against forked from a warmed server, in interleaved pairs.

python benchmarks/worker_start.py [--pairs 10] [--workers 4] [--workload topstepb]
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from harness.model.machine import Machine
from harness.model.plan import Backend, Plan, SamplerKind, Start, StorageKind
from harness.model.record import Record
from harness.model.store import read_record
from harness.runner.launch import Site, launch
from harness.stats.pairs import paired_ratio
from harness.units import bytes_text, ratio_text, seconds_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """One run's start-up."""

    run_cpu_s: float  # of the whole run
    worker_cpu_s: float  # of a worker until its first trial, the median
    worker_wall_s: float
    worker_uss_bytes: int | None  # the median worker's largest sample


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pairs", type=int, default=10)
    asked.add_argument("--workers", type=int, default=4)
    asked.add_argument("--workload", default="topstepb")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(given.workload, given.workers, given.pairs, Path(folder))
    for start, runs in found.items():
        uss = [run.worker_uss_bytes for run in runs if run.worker_uss_bytes is not None]
        print(
            f"{start.value:<11} a worker's start {seconds_text(median(run.worker_cpu_s for run in runs))} CPU, "
            f"{seconds_text(median(run.worker_wall_s for run in runs))} wall, "
            f"{bytes_text(median(uss)) if uss else 'unknown'} unshared; "
            f"the run {seconds_text(median(run.run_cpu_s for run in runs))} CPU"
        )
    for name in ("worker_cpu_s", "worker_wall_s", "run_cpu_s"):
        before, after = ([getattr(run, name) for run in found[start]] for start in (Start.SPAWN, Start.FORKSERVER))
        ratio = paired_ratio(before, after)
        bounds = "" if ratio.low is None or ratio.high is None else f" ({ratio.low:.3g} - {ratio.high:.3g})"
        print(f"forkserver over spawn, {name}: {ratio_text(ratio.value)}{bounds}, {given.pairs} pairs")


def measure(workload: str, workers: int, pairs: int, folder: Path) -> dict[Start, list[Began]]:
    """Runs of both kinds in pairs, the order turned round from pair to pair."""
    found: dict[Start, list[Began]] = {Start.SPAWN: [], Start.FORKSERVER: []}
    site = Site(root=folder, machine=Machine())
    for pair in range(pairs):
        for start in list(found) if pair % 2 else list(found)[::-1]:
            plan = Plan(
                workload=workload,
                trials=2 * workers,
                sampler=SamplerKind.NUMBERED,
                storage=StorageKind.JOURNAL,
                backend=Backend.PROCESSES,
                workers=workers,
                start=start,
            )
            found[start].append(began(read_record(launch(plan, site, label=start.value, watch=lambda progress: None))))
    return found


def began(record: Record) -> Began:
    starts = [start for start in record.starts if start.worker >= 0]
    if record.outcome is None or not starts:
        raise SystemExit(f"a run did not end well: {record.folder}")
    pids = {start.pid for start in starts}
    peaks: dict[int, int] = {}
    for sample in record.memory:
        for process in sample.processes:
            if process.pid in pids and process.uss_bytes is not None:
                peaks[process.pid] = max(process.uss_bytes, peaks.get(process.pid, 0))
    return Began(
        run_cpu_s=record.outcome.cpu_s,
        worker_cpu_s=median(start.startup_cpu_s for start in starts),
        worker_wall_s=median(start.startup_wall_s for start in starts),
        worker_uss_bytes=round(median(peaks.values())) if peaks else None,
    )


if __name__ == "__main__":
    main()
