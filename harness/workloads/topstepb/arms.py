"""The arms of the reproduction: the seed's optimiser as found and mended, on its two sizes of data, as plans."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError
from harness.model.experiment import Arm, Dataset, Role
from harness.model.plan import Backend, DataAccess, Plan, SamplerKind, StorageKind
from harness.units import interval_text
from harness.workloads.topstepb.rungs import Rung
from harness.workloads.topstepb.settings import Attributes, Settings

SEED_TRIALS = 50
SEED_WORKERS = 9
SEED_SYNTHETIC_BARS = 5_000
SEED_REAL_BARS = 262_782
_BUDGET_S = 1800.0  # a run as found that takes longer than this has hung
_SMALLEST_SHARE = 16  # the smallest part of the large set that the cost model is fitted to
_FEWEST_DAYS = 12  # of bars in a part: ten fill the two gaps of a split, which then leaves no test bar
_FEWEST_BARS = 2_000
_FEWEST_TIMES = 4  # the large set over its smallest part: less says nothing about a slope


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the reproduction works on: two files of bars, and the parts of the larger to fit the cost model to."""

    synthetic: str
    real: str
    sizes: tuple[int, ...]  # first so many bars; see `sizes_for`
    seed: int = 1


def fewest_bars(interval_s: int) -> int:
    """The fewest bars of an interval that a part of a series may have: it must split, and hold some trades."""
    return max(_FEWEST_BARS, _FEWEST_DAYS * 86_400 // interval_s)


def sizes_for(bars: int, interval_s: int) -> tuple[int, int]:
    """Two parts of the large set, about a sixteenth and a quarter, that can be split as the whole can.

    Raises InputError when the set is too short to hold such parts.
    """
    fewest = fewest_bars(interval_s)
    if bars < _FEWEST_TIMES * fewest:
        raise InputError(
            f"{bars:,} bars of {interval_text(interval_s)} are too few: the cost model is fitted to parts of at least "
            f"{fewest:,} bars and needs {_FEWEST_TIMES} times that; give {_FEWEST_TIMES * fewest:,} bars or more"
        )
    smallest = max(fewest, bars // _SMALLEST_SHARE)
    return smallest, round(math.sqrt(smallest * bars))


def as_found(settings: Settings, *, trials: int, workers: int, seed: int) -> Plan:
    """The seed's optimiser: every trial loads and splits, per-row Python slope, separate attributes, RDB, threads."""
    return Plan(
        workload="topstepb",
        trials=trials,
        seed=seed,
        sampler=SamplerKind.NUMBERED,
        storage=StorageKind.SQLITE,
        backend=Backend.SERIAL if workers == 1 else Backend.THREADS,
        workers=workers,
        data=DataAccess.PER_TRIAL,
        timeout_s=_BUDGET_S * max(1, trials // 10),
        settings=settings.as_plan_settings(),
    )


def mended(settings: Settings, *, trials: int, seed: int) -> Plan:
    """The same search with the same values: fused kernel, data loaded once, one attribute, journal file, one worker."""
    return Plan(
        workload="topstepb",
        trials=trials,
        seed=seed,
        sampler=SamplerKind.NUMBERED,
        storage=StorageKind.JOURNAL,
        data=DataAccess.REUSE,
        timeout_s=_BUDGET_S,
        settings=settings.as_plan_settings(),
    )


def reproduction_arms(inputs: Inputs, *, full: bool) -> tuple[Arm, ...]:
    """Every arm once. `full` runs all of the seed's trials in each arm as found; else as few as tell its cost."""
    return (
        _found(inputs, Role.ONE_THREAD, Dataset.SYNTHETIC, trials=SEED_TRIALS if full else 6),
        _found(inputs, Role.NINE_THREADS, Dataset.SYNTHETIC, trials=SEED_TRIALS if full else 2 * SEED_WORKERS),
        _found(inputs, Role.ONE_THREAD, Dataset.REAL, trials=SEED_TRIALS if full else 1),
        *((_found(inputs, Role.NINE_THREADS, Dataset.REAL, trials=SEED_TRIALS),) if full else ()),
        *_size_arms(inputs),
        _mended(inputs, Dataset.SYNTHETIC),
        _mended(inputs, Dataset.REAL),
    )


def schedule(arms: Sequence[Arm], seed: int) -> tuple[Arm, ...]:
    """The order of runs: two blocks, each shuffled; the arms that take longest stand in the first only."""
    order = random.Random(seed)
    first, second = list(arms), [arm for arm in arms if _is_short(arm)]
    order.shuffle(first)
    order.shuffle(second)
    return (*first, *second)


def _is_short(arm: Arm) -> bool:
    return arm.role in (Role.SIZE, Role.MENDED) or (arm.role, arm.dataset) == (Role.ONE_THREAD, Dataset.SYNTHETIC)


def _found(inputs: Inputs, role: Role, dataset: Dataset, *, trials: int) -> Arm:
    workers = SEED_WORKERS if role is Role.NINE_THREADS else 1
    settings = Settings(bars=_bars(inputs, dataset), rung=Rung.AS_FOUND, attributes=Attributes.SEPARATE)
    return Arm(
        name=f"{dataset.value}, as found, {'nine threads' if workers > 1 else 'one thread'}",
        role=role,
        dataset=dataset,
        plan=as_found(settings, trials=trials, workers=workers, seed=inputs.seed),
    )


def _mended(inputs: Inputs, dataset: Dataset) -> Arm:
    settings = Settings(bars=_bars(inputs, dataset), rung=Rung.COMPILED, attributes=Attributes.ONE)
    return Arm(
        name=f"{dataset.value}, mended",
        role=Role.MENDED,
        dataset=dataset,
        plan=mended(settings, trials=SEED_TRIALS, seed=inputs.seed),
    )


def _size_arms(inputs: Inputs) -> list[Arm]:
    arms = []
    for first in inputs.sizes:
        settings = Settings(bars=inputs.real, first=first, rung=Rung.AS_FOUND, attributes=Attributes.SEPARATE)
        arms.append(
            Arm(
                name=f"real, first {first:,} bars, as found, one thread",
                role=Role.SIZE,
                dataset=Dataset.REAL,
                plan=as_found(settings, trials=2 if first == min(inputs.sizes) else 1, workers=1, seed=inputs.seed),
            )
        )
    return arms


def _bars(inputs: Inputs, dataset: Dataset) -> str:
    return inputs.synthetic if dataset is Dataset.SYNTHETIC else inputs.real
