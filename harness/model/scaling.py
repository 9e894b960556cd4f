"""A scaling on disk: which sizes and workers were run, what was foretold of the size held out, and each run's cell.

<home>/scalings/<id>/
scaling.json      what was decided before the first counted run
cells.jsonl       a row per run, appended as it ends
prediction.json   what the runs so far say of the size held out, written before that size is run
ended.json        why nothing more is run
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from harness.errors import InputError, RecordError
from harness.model.appending import append_row
from harness.model.bounds import Chance, Count, RunId, Size, Some
from harness.model.codec import decode, encode
from harness.model.files import sync_folder
from harness.model.home import make_folder
from harness.model.lines import mend_rows, stream_rows
from harness.model.machine import Machine
from harness.model.plan import Plan
from harness.model.record import Record
from harness.model.store import read_json, read_readable, write_json

SCHEMA = 1
FOLDER = "scalings"
SCALING, CELLS, PREDICTION, ENDED = "scaling.json", "cells.jsonl", "prediction.json", "ended.json"


class Stage(Enum):
    """What is run before the prediction is written, and what after it."""

    FIT = "fit"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One size with one number of workers, in one stage."""

    name: str  # unique in its stage
    stage: Stage
    share: Chance  # of the data
    size: Size  # in the scaling's unit
    workers: Some
    plan: Plan  # of block 0; later blocks count the seed up
    is_anchor: bool = False  # a size of the first stage, run again in the second: how far the machine has drifted


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """What was decided before the first counted run."""

    schema: int
    id: RunId
    started_s: float
    base: Plan
    unit: str  # that sizes are counted in: "rows", a setting's name, or "share" where rows are not known
    arms: tuple[Arm, ...]
    blocks: Some
    held_out: Size | None  # a size; None: every size is fitted
    budget_s: float | None
    machine: Machine
    warm: RunId  # the run that found out whether the workload runs and how its data can be cut; it is not counted
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One arm in one block, carried out or found dead. `run` is its record in any case."""

    stage: Stage
    block: Count
    place: Count  # in the block's order
    arm: str
    run: RunId
    died: str | None = None  # how, where it did not finish: one clause
    launch_cpu_s: float = 0.0  # what launching, watching and recording it took in the launcher itself
    launch_wall_s: float = 0.0  # from before the launch to after the record was closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """One quantity of a run at the size held out, with its prediction interval."""

    quantity: str  # "cpu" or "wall", seconds per trial
    value: Size
    low: float | None
    high: float | None
    basis: str  # which law, through how many runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the first stage says of the size held out."""

    made_s: float  # since the Unix epoch
    size: Size
    foretold: tuple[Foretold, ...]
    runs: tuple[RunId, ...]  # that it was made from


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Why nothing more is run."""

    why: str  # a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """A scaling as read back: as far as it has come."""

    folder: Path
    scaling: Scaling
    cells: tuple[Cell, ...]  # in the order in which they were run
    prediction: Prediction | None
    ended: Ended | None
    records: Mapping[str, Record]  # by run, those that are still there
    damaged: Mapping[str, str] = field(default_factory=dict)  # by run: why its record cannot be read

    def arm_of(self, cell: Cell) -> Arm | None:
        """The arm that a cell is of; None for one that the scaling does not know."""
        return next((arm for arm in self.scaling.arms if (arm.stage, arm.name) == (cell.stage, cell.arm)), None)


def new_scaling(root: Path, scaling: Scaling) -> Path:
    """Make the folder of a scaling and write what was decided; returns the folder."""
    folder = make_folder(root, f"{FOLDER}/{scaling.id}", is_new=True)
    write_json(folder / SCALING, scaling, is_synced=True)
    return folder


def add_cell(folder: Path, cell: Cell) -> None:
    """Append a cell, after what it names is on the disk: a kill or a power cut loses at most the one in flight."""
    sync_folder(folder.parent.parent / "runs" / cell.run)
    append_row(folder / CELLS, encode(cell), is_synced=True)


def mend(folder: Path) -> None:
    """Take back a line that a kill cut short, before anything is appended behind it."""
    mend_rows(folder / CELLS)


def write_prediction(folder: Path, prediction: Prediction) -> None:
    """Keep what was foretold; raises RecordError where it has been foretold already."""
    if (folder / PREDICTION).exists():
        raise RecordError(f"{folder / PREDICTION} is there already: a prediction is made once, before what it is of")
    write_json(folder / PREDICTION, prediction, is_synced=True)


def write_ended(folder: Path, ended: Ended) -> None:
    """Say that nothing more is run."""
    write_json(folder / ENDED, ended, is_synced=True)


def is_scaling(folder: Path) -> bool:
    """Whether a folder holds a scaling."""
    return (folder / SCALING).is_file()


def read_scaling(folder: Path) -> Scaling:
    """What was decided; raises InputError for a folder that is no scaling, RecordError for one of another schema."""
    data = read_json(folder / SCALING)
    if data is None:
        raise InputError(f"{folder} is no scaling: it has no {SCALING}; `harness runs` lists them")
    if data.get("schema") != SCHEMA:
        raise RecordError(f"{folder}: schema {data.get('schema')!r} is not {SCHEMA}: run harness scale again")
    return decode(Scaling, data, str(folder / SCALING))


def read_scaled(folder: Path) -> Scaled:
    """A scaling with its cells, its prediction and the records of its runs, as far as they are still there."""
    scaling = read_scaling(folder)
    path = folder / CELLS
    cells = tuple(decode(Cell, row, str(path)) for row in stream_rows(path) if row is not None)
    prediction, ended = read_json(folder / PREDICTION), read_json(folder / ENDED)
    records, damaged = read_readable(folder.parent.parent / "runs", (cell.run for cell in cells))
    return Scaled(
        folder=folder,
        scaling=scaling,
        cells=cells,
        prediction=None if prediction is None else decode(Prediction, prediction, str(folder / PREDICTION)),
        ended=None if ended is None else decode(Ended, ended, str(folder / ENDED)),
        records=records,
        damaged=damaged,
    )
