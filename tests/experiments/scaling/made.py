"""A scaling as its runner would leave it, of a trial whose cost is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.experiments.scaling.runs import sized_runs
from harness.experiments.scaling.sizes import foretell
from harness.model.plan import Backend, Plan, SamplerKind, StorageKind
from harness.model.probing import Cut
from harness.model.record import Record, TrialRow
from harness.model.scaling import SCHEMA, Arm, Cell, Ended, Scaled, Scaling, Stage
from harness.runner.scaling.arms import arms_of, sizes_of
from harness.runner.scaling.request import Request
from harness.runner.sizing import Sizing
from tests.fakes import EPOCH_S, MACHINE, Cost, fake_record, fake_trials

BASE = Plan(
    workload="mine:objective",
    trials=12,
    sampler=SamplerKind.NUMBERED,
    storage=StorageKind.JOURNAL,
    settings=(("first", 0),),
)
ROWS = 64_000
WOBBLE = (0.0, 0.011, -0.008, 0.004, -0.013)  # of a block: runs differ a little


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a trial costs: seconds of CPU by span for a size; and what several workers make of it."""

    spans: Callable[[float], Mapping[str, float]] = lambda size: {"work": 1e-6 * size, "fixed": 0.02}
    stretch: Callable[[int], float] = lambda workers: 1.0  # wall over CPU
    heavier: Callable[[int], float] = lambda workers: 1.0  # CPU over one worker's
    grows_s: float = 0.0  # CPU per trial
    drift: float = 1.0  # of the second stage
    died: Mapping[str, str] = field(default_factory=dict)  # arms, by how their runs died


def a_scaled(truth: Truth | None = None, *, request: Request | None = None) -> Scaled:
    """Every arm in every block, the prediction made between the stages as the runner makes it."""
    truth = truth or Truth()
    asked = request or Request(base=BASE, sizes=(4_000, 8_000, 16_000, 32_000, 64_000))
    sizing = Sizing(cut=Cut.SETTING, setting="first", rows=ROWS)
    sizes = sizes_of(asked, sizing, ROWS)
    arms, held_out = arms_of(asked, sizing, sizes)
    scaling = Scaling(
        schema=SCHEMA,
        id="20261124T120000-fake",
        started_s=EPOCH_S,
        base=asked.base,
        unit=sizes.unit,
        arms=arms,
        blocks=asked.blocks,
        held_out=held_out,
        budget_s=None,
        machine=replace(MACHINE, versions={**MACHINE.versions, "study-harness": "0.1.0"}),
        warm="warm",
        command=("harness", "scale", "mine:objective"),
    )
    scaled = Scaled(folder=Path("scalings/fake"), scaling=scaling, cells=(), prediction=None, ended=None, records={})
    scaled = _carried(scaled, Stage.FIT, truth)
    scaled = replace(scaled, prediction=foretell(scaled, sized_runs(scaled), EPOCH_S + 60))
    scaled = _carried(scaled, Stage.TEST, truth)
    return replace(scaled, ended=Ended(why="Every run that was planned has been made."))


def _carried(scaled: Scaled, stage: Stage, truth: Truth) -> Scaled:
    cells, records = list(scaled.cells), dict(scaled.records)
    for block in range(scaled.scaling.blocks):
        for place, arm in enumerate(arm for arm in scaled.scaling.arms if arm.stage is stage):
            run = f"{stage.value}-{block}-{place}"
            died = truth.died.get(arm.name)
            cells.append(
                Cell(stage=stage, block=block, place=place, arm=arm.name, run=run, died=died, launch_wall_s=2.0)
            )
            records[run] = a_run(run, arm, block, truth)
    return replace(scaled, cells=tuple(cells), records=records)


def a_run(run: str, arm: Arm, block: int, truth: Truth) -> Record:
    factor = (1 + WOBBLE[block % len(WOBBLE)]) * (1 + 0.003 * (arm.size % 7 - 3)) * truth.heavier(arm.workers)
    factor *= truth.drift if arm.stage is Stage.TEST else 1.0
    spans = {name: seconds * factor for name, seconds in truth.spans(arm.size).items()}
    cost = Cost(spans=spans, stretch=truth.stretch(arm.workers), unattributed_s=1e-5, between_s=1e-5)
    rows = fake_trials(arm.plan.trials, cost, arm.workers)
    own = [_grown(row, truth.grows_s * row.number) for row in rows]
    if arm.plan.backend is Backend.PROCESSES:
        own = [replace(row, pid=4000 + row.thread, thread=0) for row in own]
    return fake_record(run, arm.plan, own)


def _grown(row: TrialRow, more_s: float) -> TrialRow:
    return replace(row, cpu_s=row.cpu_s + more_s)
