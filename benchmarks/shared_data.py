"""One dataset for many workers: memory of the whole tree and start of a worker, shared against loaded by each.

python benchmarks/shared_data.py [--workers 8] [--bytes 10MiB 100MiB 1GiB] [--pairs 6]

Target: with 8 workers on 1 GiB the tree's peak PSS is at most 1.15 GiB above its own base, which is the same run's on
hardly any data; and a worker starts as fast on 1 GiB as on 10 MiB.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import psutil

from harness.errors import HarnessError
from harness.model.machine import Machine
from harness.model.plan import Backend, DataAccess, Plan, SamplerKind, StorageKind
from harness.model.record import Ending, Record
from harness.model.store import read_record
from harness.runner.launch import Site, launch
from harness.stats.pairs import paired_ratio
from harness.units import bytes_text, parse_bytes, ratio_text, seconds_text

TINY_BYTES = 65_536
LIMIT = 1.15  # times the data, above the base
COLUMNS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One kind of run."""

    access: DataAccess
    data_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One run of it."""

    peak_pss_bytes: int
    start_cpu_s: float  # of a worker, the median
    start_wall_s: float


def main(argv: Sequence[str]) -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--workers", type=int, default=8)
    asked.add_argument("--bytes", nargs="+", default=["10MiB", "100MiB", "1GiB"], metavar="SIZE")
    asked.add_argument("--pairs", type=int, default=6, help="runs of each kind, interleaved")
    given = asked.parse_args(argv)
    try:
        sizes = [parse_bytes(text) for text in given.bytes]
    except HarnessError as error:
        asked.error(str(error))
    with tempfile.TemporaryDirectory() as folder:
        found = measure(sizes, given.workers, given.pairs, Path(folder))
    print(table(found, given.workers))
    return 0


def measure(sizes: Sequence[int], workers: int, rounds: int, folder: Path) -> dict[Arm, list[Seen]]:
    """Runs of every kind, the order turned round from round to round."""
    arms = [Arm(access=access, data_bytes=size) for access in _ACCESSES for size in (TINY_BYTES, *sizes)]
    possible = [arm for arm in arms if fits(arm, workers)]
    data = {size: write_columns(folder / f"data-{size}", size) for size in {arm.data_bytes for arm in possible}}
    found: dict[Arm, list[Seen]] = {arm: [] for arm in possible}
    with contextlib.chdir(Path(__file__).parent):  # where the workload's module is
        for index in range(rounds):
            for arm in possible if index % 2 else possible[::-1]:
                print(f"round {index + 1}: {arm.access.value}, {bytes_text(arm.data_bytes)}", file=sys.stderr)
                found[arm].append(seen(arm, workers, data[arm.data_bytes], folder / "home"))
    return found


_ACCESSES = (DataAccess.SHARED, DataAccess.PER_TRIAL)


def fits(arm: Arm, workers: int) -> bool:
    """Whether the machine has the memory: what is not shared stands there once for each worker and the leader."""
    copies = 3 if arm.access is DataAccess.SHARED else workers + 2
    return arm.data_bytes * copies < psutil.virtual_memory().available


def write_columns(folder: Path, size: int) -> Path:
    folder.mkdir()
    for index in range(COLUMNS):
        np.save(folder / f"c{index}.npy", np.arange(size // COLUMNS // 8, dtype=np.float64) + index)
    return folder


def seen(arm: Arm, workers: int, data: Path, home: Path) -> Seen:
    """Carry one run out, in a home of its own."""
    home.mkdir()
    os.environ.update(LARGE_SOURCE=str(data), LARGE_SOURCE_WORKERS=str(workers))
    plan = Plan(
        workload="large_source:objective",
        trials=workers,
        sampler=SamplerKind.NUMBERED,
        storage=StorageKind.JOURNAL,
        backend=Backend.PROCESSES,
        workers=workers,
        data=arm.access,
    )
    site = Site(root=home, machine=Machine())
    try:
        return of_record(read_record(launch(plan, site, label=arm.access.value, watch=lambda progress: None)))
    finally:
        shutil.rmtree(home)


def of_record(record: Record) -> Seen:
    outcome = record.outcome
    starts = [start for start in record.starts if start.worker >= 0]
    if outcome is None or outcome.ending is not Ending.FINISHED or outcome.peak_pss_bytes is None:
        raise SystemExit(f"a run did not end well: {outcome and outcome.detail}")
    return Seen(
        peak_pss_bytes=outcome.peak_pss_bytes,
        start_cpu_s=median(start.startup_cpu_s for start in starts),
        start_wall_s=median(start.startup_wall_s for start in starts),
    )


def table(found: Mapping[Arm, Sequence[Seen]], workers: int) -> str:
    lines = [f"{workers} workers; peak PSS of the tree; a worker's start, medians of {_rounds(found)} runs"]
    lines += [f"{'':10} {'data':>9} {'peak':>10} {'above base':>11} {'/ data':>7} {'start CPU':>10} {'start wall':>10}"]
    for arm, runs in found.items():
        above = _peak(runs) - _peak(found[Arm(access=arm.access, data_bytes=TINY_BYTES)])
        lines.append(
            f"{arm.access.value:10} {bytes_text(arm.data_bytes):>9} {bytes_text(_peak(runs)):>10} "
            f"{bytes_text(max(above, 0)):>11} {above / arm.data_bytes if arm.data_bytes > TINY_BYTES else 0:>7.2f} "
            f"{seconds_text(median(run.start_cpu_s for run in runs)):>10} "
            f"{seconds_text(median(run.start_wall_s for run in runs)):>10}"
        )
    return "\n".join([*lines, *_verdicts(found)])


def _verdicts(found: Mapping[Arm, Sequence[Seen]]) -> list[str]:
    shared = sorted((arm for arm in found if arm.access is DataAccess.SHARED), key=lambda arm: arm.data_bytes)
    least, most = shared[1], shared[-1]
    above = (_peak(found[most]) - _peak(found[shared[0]])) / most.data_bytes
    lines = [f"above base, in times the data: {above:.3f} (limit {LIMIT}: {'met' if above <= LIMIT else 'missed'})"]
    if least is most:
        return lines
    for name in ("start_cpu_s", "start_wall_s"):
        ratio = paired_ratio(*([getattr(run, name) for run in found[arm]] for arm in (least, most)))
        bounds = "no interval" if ratio.low is None or ratio.high is None else f"{ratio.low:.3g} - {ratio.high:.3g}"
        sizes = f"{bytes_text(most.data_bytes)} over {bytes_text(least.data_bytes)}"
        lines.append(f"{name}, shared, {sizes}: {ratio_text(ratio.value)} ({bounds})")
    return lines


def _peak(runs: Sequence[Seen]) -> int:
    return round(median(run.peak_pss_bytes for run in runs))


def _rounds(found: Mapping[Arm, Sequence[Seen]]) -> int:
    return max(len(runs) for runs in found.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
