"""Fake comparisons: records of runs whose true ratios are known, with noise from a fixed seed."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from harness.levers.registry import lever
from harness.model.comparison import (
    SCHEMA,
    Aim,
    Answering,
    Arm,
    ArmRole,
    Cell,
    Comparison,
    Design,
    Look,
    Skipped,
)
from harness.model.comparisons import Compared
from harness.model.machine import Load
from harness.model.metric import Metric
from harness.model.plan import Plan, SamplerKind, StorageKind
from harness.model.record import Ending, Outcome, Record, StudyRow, TrialRow
from tests.fakes import EPOCH_S, MACHINE, MIB, Cost, fake_record, fake_trials

BASELINE, SAME, SLOWED, SEARCHING = "baseline", "baseline again", "baseline, 25 % slower", "baseline, searching"
SPANS = {
    "load": 0.03,
    "split": 0.002,
    "indicators": 0.2,
    "strategy": 0.05,
    "suggest": 0.006,
    "storage": 0.08,
    "other": 0.003,
}
OUTSIDE = ("suggest", "storage", "gc")
BASE = Plan(workload="topstepb", trials=20, sampler=SamplerKind.NUMBERED, storage=StorageKind.SQLITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a lever does: to all that a trial costs, to single spans, to memory; and what it breaks."""

    whole: float = 1.0
    spans: Mapping[str, float] = field(default_factory=dict)
    memory: float = 1.0
    value: float = 0.0  # added to each trial's value
    dies: tuple[int, ...] = ()  # blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Fake:
    """A comparison to make up. Truths are by lever, and by pair of levers for what they do only together."""

    truths: Mapping[str, Truth]
    design: Design = Design.ONE_AT_A_TIME
    together: Mapping[frozenset[str], float] = field(default_factory=dict)
    pairs: int = 12
    noise: float = 0.02  # of a run, standard deviation of its logarithm
    drift: float = 0.05  # of a block
    waiting: float = 0.0  # of a run's wall time alone, as `noise`: a disk that others use
    trials: int = 8
    aim: Aim = field(default_factory=lambda: Aim(pairs=12))
    same: float = 1.0  # what the A/A arm really takes
    is_slowed: bool = True
    looks: tuple[Look, ...] | None = None  # None: one, the last
    skipped: tuple[Skipped, ...] = ()
    seed: int = 7


def fake_compared(fake: Fake) -> Compared:
    """The comparison with all its cells and records, of cost alone."""
    arms = (*_controls(fake), *_lever_arms(fake))
    noise = random.Random(fake.seed)
    cells, records = [], {}
    for block in range(fake.pairs):
        drift = noise.gauss(0.0, fake.drift)
        order = list(arms)
        noise.shuffle(order)
        for place, arm in enumerate(order):
            run = f"run-{block:02d}-{arms.index(arm):02d}"
            dies = any(block in fake.truths[label].dies for label in arm.levers)
            factor = math.exp(drift + noise.gauss(0.0, fake.noise))
            waited = math.exp(noise.gauss(0.0, fake.waiting)) if fake.waiting else 1.0
            record = _record(fake, arm, run, factor, waited)
            records[run] = _dead(record) if dies else record
            cells.append(_cell(arm, block, place, record, died="ran out of memory" if dies else None))
    return Compared(
        folder=Path("comparisons/20261124T120000-fake"),
        comparison=_comparison(fake, arms),
        cells=tuple(cells),
        looks=(_last_look(fake),) if fake.looks is None else fake.looks,
        records=records,
    )


def _last_look(fake: Fake) -> Look:
    why = f"{fake.pairs} pairs, as asked for"
    return Look(after_blocks=fake.pairs, planned_blocks=fake.pairs, alpha=fake.aim.alpha, is_last=True, why=why)


def first_blocks(compared: Compared, blocks: int) -> Compared:
    """The comparison as it stood after so many blocks."""
    return replace(compared, cells=tuple(cell for cell in compared.cells if cell.block < blocks))


def _comparison(fake: Fake, arms: Sequence[Arm]) -> Comparison:
    levers = tuple(fake.truths)
    return Comparison(
        schema=SCHEMA,
        id="20261124T120000-fake",
        started_s=EPOCH_S,
        base=replace(BASE, trials=fake.trials),
        design=fake.design,
        aim=fake.aim,
        levers=levers,
        metrics=tuple(lever(label).metric for label in levers),
        arms=tuple(arms),
        skipped=fake.skipped,
        seed=0,
        machine=MACHINE,
        command=("harness", "compare", "topstepb", "--levers", ",".join(levers)),
        recording=None,
    )


def _controls(fake: Fake) -> tuple[Arm, ...]:
    plan = replace(BASE, trials=fake.trials)
    slowed = replace(plan, slowdown=fake.aim.slowdown)
    of = " + ".join(fake.truths) if fake.design is Design.CUMULATIVE else None  # controls of a waterfall
    return (
        Arm(name=BASELINE, role=ArmRole.BASELINE, levers=(), plan=plan),
        Arm(name=SAME if of is None else f"{of} again", role=ArmRole.SAME, levers=(), plan=plan, of=of),
        Arm(name=SLOWED if of is None else f"{of}, slowed", role=ArmRole.SLOWED, levers=(), plan=slowed, of=of),
    )


def _lever_arms(fake: Fake) -> tuple[Arm, ...]:
    levers = tuple(fake.truths)
    match fake.design:
        case Design.ONE_AT_A_TIME:
            sets = [(one,) for one in levers]
        case Design.LEAVE_ONE_OUT:
            sets = [levers, *(tuple(two for two in levers if two != one) for one in levers)]
        case Design.FACTORIAL:
            sets = [some for size in range(1, len(levers) + 1) for some in combinations(levers, size)]
        case Design.CUMULATIVE:
            sets = [levers[: size + 1] for size in range(len(levers))]
    return tuple(
        Arm(name=" + ".join(some), role=ArmRole.LEVERS, levers=some, plan=replace(BASE, trials=fake.trials))
        for some in sets
    )


def _record(fake: Fake, arm: Arm, run: str, factor: float, waited: float) -> Record:
    spans, memory, value = dict(SPANS), 1.0, 0.0
    if arm.role is ArmRole.SAME:
        factor *= fake.same
    if arm.role is ArmRole.SLOWED and fake.is_slowed:
        extra = sum(cost for name, cost in spans.items() if name not in OUTSIDE) * fake.aim.slowdown
        spans["other"] += extra
    for label in arm.levers if arm.of is None else fake.truths:
        truth = fake.truths[label]
        factor *= truth.whole
        memory *= truth.memory
        value += truth.value
        spans = {name: cost * truth.spans.get(name, 1.0) for name, cost in spans.items()}
    for pair, ratio in fake.together.items():
        factor *= ratio if pair <= set(arm.levers) else 1.0
    cost = Cost(
        spans={name: seconds * factor for name, seconds in spans.items()},
        unattributed_s=0.001 * factor,
        between_s=0.002 * factor,
        stretch=1.1 * waited,
    )
    rows = [
        replace(row, values=(row.values[0] + value,) if row.values else None) for row in fake_trials(fake.trials, cost)
    ]
    return _with_outcome(fake_record(run, arm.plan, rows), round(220 * MIB * memory))


def _with_outcome(record: Record, peak_pss_bytes: int) -> Record:
    assert record.outcome is not None
    busy = Load(average_1min=0.5 + len(record.header.id) / 100, cpu_pressure_percent=3.0, steal_percent=0.1)
    header = replace(record.header, machine=replace(MACHINE, load=busy))
    outcome = replace(record.outcome, peak_pss_bytes=peak_pss_bytes, stored_bytes=1_200_000)
    return replace(record, header=header, outcome=outcome)


def _dead(record: Record) -> Record:
    assert record.outcome is not None
    outcome: Outcome = replace(record.outcome, ending=Ending.OUT_OF_MEMORY, detail="ran out of memory", exit_code=-9)
    return replace(record, outcome=outcome)


def _cell(arm: Arm, block: int, place: int, record: Record, died: str | None) -> Cell:
    assert record.outcome is not None
    return Cell(
        block=block,
        place=place,
        arm=arm.name,
        run=record.header.id,
        died=died,
        launch_cpu_s=0.03,
        launch_wall_s=record.outcome.wall_s + 0.05,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSearch:
    """A comparison of searches: what a trial of the lever costs beside the baseline's, and how its scores differ."""

    label: str = "racing"
    cost: float = 0.4
    score: float = 0.0
    seeds: int = 6


def fake_searched(fake: FakeSearch) -> Compared:
    """A lever that changes the search, with the controls and a baseline that searches."""
    controls = fake_compared(Fake(truths={}, pairs=fake.seeds, aim=Aim(seeds=fake.seeds)))
    plan = replace(BASE, sampler=SamplerKind.TPE)
    arms = (
        Arm(name=SEARCHING, role=ArmRole.BASELINE, levers=(), plan=plan, answering=Answering.QUALITY),
        Arm(
            name=fake.label,
            role=ArmRole.LEVERS,
            levers=(fake.label,),
            plan=lever(fake.label)(plan),
            answering=Answering.QUALITY,
        ),
    )
    cells, records = list(controls.cells), dict(controls.records)
    for seed in range(fake.seeds):
        for place, arm in enumerate(arms):
            ratio, better = (fake.cost, fake.score) if arm.levers else (1.0, 0.0)
            run = f"search-{seed}-{place}"
            noise = random.Random(100 * seed + place)
            rows = _search_rows(noise, ratio, better)
            record = _with_outcome(fake_record(run, arm.plan, rows), 220 * MIB)
            records[run] = replace(record, studies=(_study(),))
            cells.append(_cell(arm, seed, place, records[run], None))
    comparison = replace(
        controls.comparison,
        arms=(*controls.comparison.arms, *arms),
        levers=(fake.label,),
        metrics=(Metric.CPU,),
        command=("harness", "compare", "topstepb", "--levers", fake.label),
    )
    return replace(controls, comparison=comparison, cells=tuple(cells), records=records)


def _search_rows(noise: random.Random, ratio: float, better: float) -> list[TrialRow]:
    """Scores that rise as a search goes on, and costs that are `ratio` of the baseline's."""
    cost = Cost(spans={name: seconds * ratio for name, seconds in SPANS.items()})
    rows = fake_trials(40, cost)
    return [replace(row, values=(0.6 + better - 0.4 / (1 + row.number) - abs(noise.gauss(0.0, 0.02)),)) for row in rows]


def _study() -> StudyRow:
    return StudyRow(
        pid=4000,
        index=0,
        name="study",
        storage="RDBStorage",
        storage_url=None,
        sampler="TPESampler",
        pruner="NopPruner",
        directions=("maximize",),
        optuna="5.0.0",
    )
