"""How a comparison went: its machinery's cost, the machine's load, dead cells, and whether values agreed."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.experiments.contrasts import baseline_of
from harness.experiments.figures import figures
from harness.experiments.values import compared_trials
from harness.model.comparison import Answering
from harness.model.comparisons import Compared
from harness.model.metric import Metric
from harness.model.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Machinery:
    """What launching, watching and reading back took beside the runs themselves."""

    cells: int
    wall_s: float  # of all cells
    startup_s: float  # of it, until the first trial began
    machinery_s: float  # of it, outside the runs
    launch_cpu_s: float  # in the launcher's own process
    share: float | None  # machinery over the wall beyond start-up
    measuring_share: float | None  # of the baseline's CPU: hearing spans and writing rows
    ending_share: float | None  # of the same: after the last trial, until the process is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The least and the most over all cells."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """How busy the machine was as the cells began; None where that is not known."""

    load: Range | None  # one-minute average
    pressure_percent: Range | None
    steal_percent: Range | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmValues:
    """Whether an arm gave the baseline's values."""

    arm: str
    runs: int
    trials: int  # that could be held against the baseline's
    difference: str | None  # the first, as a clause


def machinery(compared: Compared) -> Machinery:
    """Over all cells whose record is still there."""
    found = [(cell, compared.records[cell.run]) for cell in compared.cells if cell.run in compared.records]
    ended = [(cell, record) for cell, record in found if record.outcome is not None]
    wall_s = sum(cell.launch_wall_s for cell, _ in ended)
    machinery_s = sum(
        max(cell.launch_wall_s - record.outcome.wall_s, 0.0) for cell, record in ended if record.outcome is not None
    )
    startup_s = sum(_startup_s(record) for _, record in ended)
    beyond_s = wall_s - startup_s
    base = baseline_of(compared.comparison)
    records = [record for cell, record in ended if base and cell.arm == base.name]
    own = [share for record in records if (share := _own_share(record)) is not None]
    endings = [share for record in records if (share := _ending_share(record)) is not None]
    return Machinery(
        cells=len(ended),
        wall_s=wall_s,
        startup_s=startup_s,
        machinery_s=machinery_s,
        launch_cpu_s=sum(cell.launch_cpu_s for cell, _ in ended),
        share=machinery_s / beyond_s if beyond_s > 0 and wall_s > 0 else None,
        measuring_share=statistics.fmean(own) if own else None,
        ending_share=statistics.fmean(endings) if endings else None,
    )


def busy(compared: Compared) -> Busy:
    """Load and pressure as each run's header has them."""
    loads = [compared.records[cell.run].header.machine.load for cell in compared.cells if cell.run in compared.records]
    return Busy(
        load=_range(load.average_1min for load in loads),
        pressure_percent=_range(load.cpu_pressure_percent for load in loads),
        steal_percent=_range(load.steal_percent for load in loads),
    )


def values(compared: Compared, differing: Mapping[str, str]) -> tuple[ArmValues, ...]:
    """One for each arm that is compared by cost, the baseline's own repeats included; `differing` are the withdrawn."""
    base = baseline_of(compared.comparison)
    if base is None:
        return ()
    runs = {arm.name: _alive(compared, arm.name) for arm in compared.comparison.arms}
    if not runs[base.name]:
        return ()
    reference = runs[base.name][0]
    return tuple(
        ArmValues(
            arm=arm.name,
            runs=len(runs[arm.name]),
            trials=sum(compared_trials(reference, record) for record in runs[arm.name]),
            difference=differing.get(arm.name),
        )
        for arm in compared.comparison.arms
        if arm.answering is Answering.COST and runs[arm.name]
    )


def _alive(compared: Compared, arm: str) -> Sequence[Record]:
    cells = (cell for cell in compared.cells if cell.arm == arm and cell.died is None)
    return [compared.records[cell.run] for cell in cells if cell.run in compared.records]


def _startup_s(record: Record) -> float:
    first_s = min((row.started_s for row in record.trials), default=None)
    return 0.0 if first_s is None else max(first_s - record.header.started_s, 0.0)


def _own_share(record: Record) -> float | None:
    whole = figures(record)[Metric.CPU]
    own_s = sum(end.recording_cpu_s + end.events * end.event_cpu_s for end in record.ends)
    return own_s / whole if whole else None


def _ending_share(record: Record) -> float | None:
    """Of a run in one process: of several, what their leader did meanwhile cannot be told from it."""
    whole = figures(record)[Metric.CPU]
    if not whole or len(record.starts) != 1 or len(record.ends) != 1:
        return None
    return max(whole - record.ends[0].study_cpu_s, 0.0) / whole


def _range(values: Iterable[float | None]) -> Range | None:
    known = [value for value in values if value is not None]
    return Range(low=min(known), high=max(known)) if known else None
