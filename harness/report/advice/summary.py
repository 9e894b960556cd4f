"""The summary of advice: every number and sentence, decided once; the renderers only format it."""

from dataclasses import dataclass
from enum import Enum

from harness.report.quantity import Measure


class Concern(Enum):
    """What a warning is about."""

    TIME = "time"  # the interval is wide, or carried on beyond what was probed
    THREADS = "threads"
    SAMPLER = "sampler"
    MEMORY = "memory"
    WORKERS = "workers"
    STORAGE = "storage"
    DATA = "data"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning: what about, and one sentence."""

    concern: Concern
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The whole study in one way of running it."""

    how: str  # "1 worker", "2 processes"
    workers: int
    wall: Measure
    speedup: Measure  # over one worker
    memory: Measure  # of all workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial on all of the data, on average."""

    wall: Measure
    free_wall: Measure  # had a core been free whenever it was ready to compute
    cpu: Measure
    busy_cores: Measure
    storage_share: Measure  # of its wall
    startup: Measure  # once in each worker
    first_extra: Measure  # what a worker's first trial takes more


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """What the sampler takes over the whole study."""

    name: str
    total: Measure
    total_cpu: Measure  # what it takes where a core is free for it
    first_trial: Measure  # early in the study
    last_trial: Measure
    measured_to: int | None  # trials; beyond it, carried on


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerMemory:
    """What each worker needs."""

    need: Measure  # at the study's end
    peak: Measure  # in a short probe on all of the data
    data: Measure  # of it, what grows with the data
    growth: Measure  # per trial
    history: Measure  # Optuna's own, over the whole study


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How many workers this machine has room for. None: not known."""

    by_cores: int | None
    by_memory: int | None
    advised: int
    cores: float | None
    memory: Measure  # there is
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLine:
    """One probe as a line of a table."""

    what: str
    share: float
    workers: int
    trials: int
    wall: Measure
    cpu: Measure
    spread: Measure
    peak: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """All that `harness advise` says."""

    id: str
    version: str
    started_s: float
    workload: str
    trials: int
    headline: str
    statements: tuple[str, ...]
    warnings: tuple[Warned, ...]
    forecasts: tuple[Forecast, ...]
    trial: Trial
    sampler: Sampler
    memory: WorkerMemory
    fit: Fit
    points: tuple[PointLine, ...]
    basis: tuple[str, ...]  # how the numbers came about
    settings: tuple[tuple[str, str], ...]  # of the study as planned
