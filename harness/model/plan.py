"""The plan: one frozen value with a field per decision on how a study is run."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from harness.errors import InputError

Setting = str | int | float | bool
SEEDS = 2**31  # NumPy takes 32 bits, and workers' seeds are counted up from the plan's


class SamplerKind(Enum):
    """Who suggests parameters.

    NUMBERED is the harness's own: independent uniform draws fixed by (seed, trial number, name), so that every
    backend and every arm of an experiment evaluates the same parameters. The others are Optuna's.
    """

    NUMBERED = "numbered"
    RANDOM = "random"
    TPE = "tpe"
    CMAES = "cmaes"


class StorageKind(Enum):
    """Where Optuna keeps the trials."""

    MEMORY = "memory"
    SQLITE = "sqlite"
    JOURNAL = "journal"


class Backend(Enum):
    """How trials run at the same time: not, in Optuna's threads (`n_jobs`), or in spawned processes."""

    SERIAL = "serial"
    THREADS = "threads"
    PROCESSES = "processes"


class DataAccess(Enum):
    """What a `source` does when it is called again: load again, or give what this process has loaded."""

    PER_TRIAL = "per_trial"
    REUSE = "reuse"


class Collector(Enum):
    """What is done about garbage collection: leave it to the interpreter, or Optuna's `gc_after_trial`."""

    INTERPRETER = "interpreter"
    AFTER_TRIAL = "after_trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one study is run. `settings` are the workload's own choices, by name, in a fixed order."""

    workload: str
    trials: int = 50
    seed: int = 0
    sampler: SamplerKind = SamplerKind.TPE
    storage: StorageKind = StorageKind.MEMORY
    backend: Backend = Backend.SERIAL
    workers: int = 1
    data: DataAccess = DataAccess.PER_TRIAL
    collector: Collector = Collector.INTERPRETER
    timeout_s: float | None = None
    share: float = 1.0  # of what each source brings: its first rows, for probing how cost grows with data
    settings: tuple[tuple[str, Setting], ...] = ()

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise InputError(f"a plan needs at least one trial, not {self.trials}")
        if self.workers < 1:
            raise InputError(f"a plan needs at least one worker, not {self.workers}")
        if self.backend is Backend.SERIAL and self.workers != 1:
            raise InputError(f"the serial backend has one worker, not {self.workers}: choose threads or processes")
        if self.backend is Backend.PROCESSES and self.storage is StorageKind.MEMORY:
            raise InputError("processes cannot share the memory storage: choose sqlite or journal")
        if not 0 <= self.seed < SEEDS:
            raise InputError(f"a seed is a whole number from 0 to {SEEDS - 1:,}, not {self.seed}")
        if self.timeout_s is not None and not self.timeout_s > 0:
            raise InputError(f"a time-out is a positive number of seconds, not {self.timeout_s}")
        if not 0 < self.share <= 1:
            raise InputError(f"a share of the data is above 0 and at most 1, not {self.share}")
        names = [name for name, _ in self.settings]
        if len(set(names)) != len(names):
            raise InputError("a setting is given twice: " + ", ".join(sorted({n for n in names if names.count(n) > 1})))

    @property
    def choices(self) -> Mapping[str, Setting]:
        """The workload's settings by name."""
        return dict(self.settings)
