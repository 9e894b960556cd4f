"""A probing: which plan was asked about, what was run to learn its costs, and which record each probe left."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from harness.errors import InputError
from harness.model.bounds import Chance, Count, RunId, Some
from harness.model.codec import decode
from harness.model.home import make_folder
from harness.model.machine import Machine
from harness.model.plan import Plan
from harness.model.record import Record
from harness.model.store import read_json, read_present, write_json

SCHEMA = 1
FOLDER = "advice"
SPACE = "space.json"


class Role(Enum):
    """What a probe is for."""

    WARM = "warm"  # the first: it warms the machine's caches and tells what the others may cost
    SIZE = "size"  # one worker on a share of the data: a point of the cost model
    THREADS = "threads"  # several of Optuna's threads on a share
    PROCESSES = "processes"  # several processes on a share


class Cut(Enum):
    """How the data of a probe is made smaller."""

    SOURCE = "source"  # sources hand out their leading share
    SETTING = "setting"  # a setting of the workload's own
    NONE = "none"  # it cannot be


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One run of a probing."""

    role: Role
    share: Chance  # of the data
    run: RunId  # its record's folder name
    block: Count  # probes of a block follow each other in random order; the warm one stands in block 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceParameter:
    """A parameter as a run suggested it: integers take a sampler twice what floats do, categories less."""

    name: str
    distribution: str  # as Optuna writes it in JSON
    share: float  # of the trials, that have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """`space.json` of a short run: its parameters. What is suggested by categories of many choices is long."""

    parameters: tuple[SpaceParameter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplerCost:
    """What the sampler takes for one trial's parameters when the study has so many trials already."""

    trials: Count
    wall_s: tuple[float, ...]  # of each repeat
    cpu_s: tuple[float, ...]  # of the same repeats, of their thread: what they take where a core is free


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What grows with the study itself, measured on made-up trials with as many parameters."""

    parameters: Count
    sampler: tuple[SamplerCost, ...]  # fewest trials first
    bytes_per_trial: float | None  # of this process, held by the study's memory storage
    has_own_space: bool = False  # of the study's own kinds and ranges; else as many floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Probing:
    """Everything that advice rests on, beside the records of its probes. `planned` is the study as it would be run."""

    schema: int
    id: RunId
    started_s: float
    planned: Plan
    workers: Some  # asked for; 1: the study is planned with one
    budget_s: float
    cut: Cut
    why_uncut: str | None  # a sentence, where the data could not be made smaller
    machine: Machine
    probes: tuple[Probe, ...]
    history: History | None
    left_out: tuple[str, ...]  # sentences: what the budget had no room for
    probing_s: float  # wall of all probes together


def write_probing(root: Path, probing: Probing) -> Path:
    """Keep the probing below the records' root; returns its file."""
    path = make_folder(root, FOLDER) / f"{probing.id}.json"
    write_json(path, probing, is_synced=True)
    return path


def read_probing(path: Path) -> tuple[Probing, dict[str, Record]]:
    """The probing and the records of its probes by run, as far as they are still there.

    Raises InputError where the file is no probing of this version.
    """
    data = read_json(path)
    if data is None or data.get("schema") != SCHEMA or "planned" not in data:
        raise InputError(f"{path} is no probing of schema {SCHEMA}: run harness advise again")
    probing = decode(Probing, data, str(path))
    runs = path.parent.parent / "runs"
    return probing, read_present(runs, (probe.run for probe in probing.probes))
