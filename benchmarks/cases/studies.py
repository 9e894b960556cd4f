"""Cases of whole studies: the mended reference study on both sizes of data, serial, in threads and in processes.

Each is launched into a process tree of its own, as `harness` does, and what is reported comes from its record.
"""

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from cases.bars import LARGE, MARKETS, SMALL
from cases.case import Case
from harness.errors import RunError
from harness.model.machine import Machine
from harness.model.plan import Backend, DataAccess, Plan, SamplerKind, StorageKind
from harness.model.record import Ending, Record
from harness.model.store import read_record
from harness.probes.machine import read_machine
from harness.runner.launch import Progress, Site, launch
from harness.workloads.topstepb.settings import Settings

TRIALS = 20
WORKERS = {Backend.SERIAL: 1, Backend.THREADS: 2, Backend.PROCESSES: 2}
BUDGET_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run of a study came to; of each, less is better."""

    cpu_s_per_trial: float  # of all its processes, from ready to the end: start-up is left out
    wall_s_per_trial: float  # of the process that took longest
    peak_pss_bytes: int | None  # of the whole tree, at the largest of the launcher's samples
    peak_rss_bytes: int | None  # VmHWM of the process that had the most
    regret: float  # 1 minus the best value on all the data: the score ends at 1, the numbered sampler's points stay


def plan_of(bars: int, backend: Backend) -> Plan:
    """The mended study. The journal serves every backend, and the numbered sampler gives each the same points."""
    return Plan(
        workload="topstepb",
        trials=TRIALS,
        sampler=SamplerKind.NUMBERED,
        storage=StorageKind.JOURNAL,
        backend=backend,
        workers=WORKERS[backend],
        data=DataAccess.REUSE,
        timeout_s=BUDGET_S,
        settings=Settings(bars=MARKETS[bars]).as_plan_settings(),
    )


def carry_out(plan: Plan, root: Path, label: str) -> Record:
    """Launch a plan with its records below `root` and read the record back. Raises RunError when it did not finish."""
    record = read_record(launch(plan, Site(root=root, machine=machine()), label=label, watch=unseen))
    if record.outcome is None or record.outcome.ending is not Ending.FINISHED:
        detail = "its launcher left no outcome" if record.outcome is None else record.outcome.detail
        raise RunError(f"the study {label} did not finish ({detail}): see stderr.txt in {record.folder}")
    return record


def figures_of(record: Record) -> Figures:
    """The figures of a finished run."""
    trials = len(record.trials)
    peaks = [end.peak_rss_bytes for end in record.ends if end.peak_rss_bytes is not None]
    return Figures(
        cpu_s_per_trial=sum(end.study_cpu_s for end in record.ends) / trials,
        wall_s_per_trial=max(end.study_wall_s for end in record.ends) / trials,
        peak_pss_bytes=None if record.outcome is None else record.outcome.peak_pss_bytes,
        peak_rss_bytes=max(peaks, default=None),
        regret=1 - max(row.values[0] for row in record.trials if row.values is not None and row.share == 1),
    )


@cache
def machine() -> Machine:
    return read_machine()


def unseen(progress: Progress) -> None:
    """Benchmarks report themselves."""


def _begin(plan: Plan, label: str, root: Path) -> partial[Record]:
    return partial(carry_out, plan, root, label)


CASES = tuple(
    Case(
        group="study",
        name=f"{backend.value}-{bars}",
        bars=bars,
        trials=TRIALS,
        begin=partial(_begin, plan_of(bars, backend), f"{backend.value}-{bars}"),
    )
    for bars in (SMALL, LARGE)
    for backend in Backend
)
