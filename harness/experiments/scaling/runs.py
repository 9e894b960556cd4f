"""One run of a scaling in numbers: what a trial of it cost, by phase, and how fast its workers got on together."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.experiments.lanes import lanes_of
from harness.model.record import UNATTRIBUTED, Record, TrialRow
from harness.model.scaling import Arm, Cell, Scaled, Stage

STORAGE = "storage"
CHILDREN = "child processes"
FEWEST = 3  # trials of a worker, for its first to be left out
_LEAST_S = 1e-9  # costs are fitted on their logarithms


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Seconds per trial in one span, what a thread does between two trials included."""

    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """The counted trials of a run with one worker, in order: what the growth with their number is read from."""

    numbers: tuple[int, ...]
    cpu_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedRun:
    """A finished run. All seconds are per trial; a worker's first trial is dearer, and left out where it can be."""

    run: str
    arm: str
    stage: Stage
    block: int
    size: float
    workers: int
    is_anchor: bool
    phases: Mapping[str, Phase]
    cpu_s: float  # of the trial's own thread, and of the child processes that it waited for
    wall_s: float  # of the study: one over the trials per second of all workers together
    trial_wall_s: float  # of a trial in its own worker
    runqueue_s: float | None  # ready to run, and no core free
    storage_wait_s: float  # in the storage, not computing
    busy_cores: float  # of all workers together, while they ran
    trials: Trials | None  # of one worker

    @property
    def trials_per_s(self) -> float:
        return 1 / self.wall_s

    @property
    def other_wait_s(self) -> float:
        """Waiting that is neither for a core nor in the storage: the GIL, locks, sleep."""
        return max(self.trial_wall_s - self.cpu_s - (self.runqueue_s or 0.0) - self.storage_wait_s, 0.0)


def sized_runs(scaled: Scaled) -> tuple[SizedRun, ...]:
    """Every run that finished, in the order in which they were run."""
    found = []
    for cell in scaled.cells:
        arm, record = scaled.arm_of(cell), scaled.records.get(cell.run)
        if cell.died is None and arm is not None and record is not None and record.trials:
            found.append(sized_run(cell, arm, record))
    return tuple(found)


def sized_run(cell: Cell, arm: Arm, record: Record) -> SizedRun:
    """The figures of one run that has trials."""
    lanes = lanes_of(record.trials)
    rows = [row for lane in lanes for row in _counted(lane)]
    phases = _phases(rows)
    cpu_s = statistics.fmean(_cpu_s(row) for row in rows)
    rate = sum(_rate(lane) for lane in lanes)
    queued = [row.runqueue_s for row in rows if row.runqueue_s is not None]
    storage = phases.get(STORAGE, Phase(cpu_s=0.0, wall_s=0.0))
    busy_s = [_cpu_s(row) for row in rows]
    return SizedRun(
        run=cell.run,
        arm=arm.name,
        stage=cell.stage,
        block=cell.block,
        size=arm.size,
        workers=arm.workers,
        is_anchor=arm.is_anchor,
        phases=phases,
        cpu_s=max(cpu_s, _LEAST_S),
        wall_s=1 / rate,
        trial_wall_s=len(lanes) / rate,
        runqueue_s=statistics.fmean(queued) if len(queued) == len(rows) else None,
        storage_wait_s=max(storage.wall_s - storage.cpu_s, 0.0),
        busy_cores=statistics.fmean(busy_s) * rate,
        trials=_trials(rows) if len(lanes) == 1 else None,
    )


def _counted(lane: list[TrialRow]) -> list[TrialRow]:
    return lane[1:] if len(lane) >= FEWEST else lane


def _rate(lane: list[TrialRow]) -> float:
    """Trials per second of one worker, from the end of its first trial to that of its last.

    Workers' rates are added up: what one does after the others have run out of trials is then no loss of theirs.
    """
    begin_s = lane[0].ended_s if len(lane) >= FEWEST else lane[0].started_s
    span_s = max(lane[-1].ended_s - begin_s, sum(row.cpu_s for row in _counted(lane)), _LEAST_S)
    return len(_counted(lane)) / span_s


def _cpu_s(row: TrialRow) -> float:
    return row.cpu_s + sum(span.cpu_s for span in row.before.values()) + row.children_cpu_s


def _phases(rows: Sequence[TrialRow]) -> dict[str, Phase]:
    cpu_s: dict[str, float] = defaultdict(float)
    wall_s: dict[str, float] = defaultdict(float)
    for row in rows:
        for name, span in (*row.spans.items(), *row.before.items(), (UNATTRIBUTED, row.unattributed)):
            cpu_s[name] += span.cpu_s
            wall_s[name] += span.wall_s
        if row.children_cpu_s:
            cpu_s[CHILDREN] += row.children_cpu_s  # beside the thread, whose wall has it already
    return {
        name: Phase(cpu_s=max(cpu_s[name], 0.0) / len(rows), wall_s=max(wall_s[name], 0.0) / len(rows))
        for name in cpu_s
    }


def _trials(rows: Sequence[TrialRow]) -> Trials:
    ordered = sorted(rows, key=lambda row: row.number)
    return Trials(numbers=tuple(row.number for row in ordered), cpu_s=tuple(_cpu_s(row) for row in ordered))
