"""Target: a 50-trial study on 262,782 bars costs at most twice the CPU of the same study that only suggests."""

from pathlib import Path

from cases.bars import LARGE, MARKETS
from cases.overhead import SUGGEST_ONLY
from cases.studies import carry_out
from harness.model.plan import DataAccess, Plan, SamplerKind, StorageKind
from harness.model.record import Record
from harness.workloads.topstepb.bars_files import bars_path
from harness.workloads.topstepb.settings import Settings
from speed.target import Measured, in_turn, median, paired_ratio

LIMIT = 2.0
TRIALS = 50


def plans(seed: int) -> tuple[Plan, Plan]:
    """The study (compiled rung, memory storage, serial, TPE, bars loaded once) and the one that only suggests."""
    full = Plan(
        workload="topstepb",
        trials=TRIALS,
        seed=seed,
        sampler=SamplerKind.TPE,
        storage=StorageKind.MEMORY,
        data=DataAccess.REUSE,
        settings=Settings(bars=MARKETS[LARGE]).as_plan_settings(),
    )
    bare = Plan(workload=SUGGEST_ONLY, trials=TRIALS, seed=seed, sampler=SamplerKind.TPE, storage=StorageKind.MEMORY)
    return full, bare


def measure(pairs: int, root: Path) -> list[Measured]:
    """Pairs of fresh processes, both arms observed and recorded alike; a seed for each pair."""
    bars_path(MARKETS[LARGE], root)
    study: tuple[list[float], list[float]] = ([], [])
    process: tuple[list[float], list[float]] = ([], [])
    for pair in range(pairs):
        for arm in in_turn(pair):
            record = carry_out(plans(pair)[arm], root, ("study", "only suggests")[arm])
            study[arm].append(_study_cpu_s(record))
            process[arm].append(_process_cpu_s(record))
    return [
        Measured(what="CPU from ready to end / only suggesting", value=paired_ratio(*study), unit="x", limit=LIMIT),
        Measured(
            what="CPU of the whole process / only suggesting", value=paired_ratio(*process), unit="x", limit=LIMIT
        ),
        Measured(what="CPU from ready to end, 50 trials", value=median(study[0]), unit="s"),
        Measured(what="CPU from ready to end, 50 trials that only suggest", value=median(study[1]), unit="s"),
    ]


def _study_cpu_s(record: Record) -> float:
    return sum(end.study_cpu_s for end in record.ends)


def _process_cpu_s(record: Record) -> float:
    if record.outcome is None:
        raise ValueError("a finished run has an outcome")
    return record.outcome.cpu_s
