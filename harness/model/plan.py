"""The plan: one frozen value with a field per decision on how a study is run."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from harness.errors import InputError
from harness.model.bounds import RecordPath
from harness.model.directions import Directions
from harness.model.search import PLAIN, Search

Setting = str | int | float | bool
SEEDS = 2**31  # NumPy takes 32 bits, and workers' seeds are counted up from the plan's


class SamplerKind(Enum):
    """Who suggests parameters.

    NUMBERED is the harness's own: independent uniform draws fixed by (seed, trial number, name), so that every
    backend and every arm of an experiment evaluates the same parameters; REPLAY does the same with parameters that were
    recorded. The others are Optuna's.
    """

    NUMBERED = "numbered"
    RANDOM = "random"
    TPE = "tpe"
    CMAES = "cmaes"
    REPLAY = "replay"  # the points of the file that `Plan.replay` names, by trial number


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


class SqliteMode(Enum):
    """How a SQLite file is opened: as Optuna does, or with a write-ahead log and `synchronous=NORMAL`."""

    PLAIN = "plain"
    TUNED = "tuned"


class Writes(Enum):
    """When a trial's parameters, attributes and intermediate values reach a durable storage."""

    EACH = "each"  # a transaction for each, as they come
    AT_END = "at_end"  # one transaction when the trial ends


class Compression(Enum):
    """What is done to large attributes on their way to the storage."""

    NONE = "none"
    ZSTD = "zstd"


class Start(Enum):
    """How worker processes start: as new interpreters, or forked from a server that has imported and warmed up."""

    SPAWN = "spawn"
    FORKSERVER = "forkserver"


class WorkerRule(Enum):
    """Who decides the number of workers. The runner resolves a rule before the run; the plan keeps both."""

    GIVEN = "given"
    ADAPTIVE = "adaptive"  # cores, the control group's quota, memory per worker as probed
    CAP_LARGE = "cap_large"  # the seed's: at most 4 above 100,000 rows


class DataAccess(Enum):
    """What a `source` does when it is called again."""

    PER_TRIAL = "per_trial"  # loads again
    REUSE = "reuse"  # gives what this process has loaded
    SHARED = "shared"  # gives read-only views of one copy that all workers map


class FeatureAccess(Enum):
    """What a `feature` does when it is called again."""

    PER_CALL = "per_call"  # computes again
    MEMO = "memo"  # gives what this process has computed, as long as that fits into `memo_bytes`
    PRECOMPUTE = "precompute"  # the declared grid is computed once, before the first trial, and mapped by all workers


class Collector(Enum):
    """What is done about garbage collection."""

    INTERPRETER = "interpreter"  # left to it
    AFTER_TRIAL = "after_trial"  # Optuna's `gc_after_trial`
    FREEZE = "freeze"  # the heap of start-up is frozen, then as AFTER_TRIAL
    OFF = "off"


MEMO_BYTES = 256 * 1024**2


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
    startup_grace_s: float = 0.0  # of start-up at most, that the time-out does not count
    share: float = 1.0  # of what each source brings: its first rows, for probing how cost grows with data
    features: FeatureAccess = FeatureAccess.PER_CALL
    memo_bytes: int = MEMO_BYTES  # per process, of all features together
    only: tuple[str, ...] = ()  # sources and features that `data` and `features` act on; empty: all
    start: Start = Start.SPAWN
    worker_rule: WorkerRule = WorkerRule.GIVEN
    sqlite: SqliteMode = SqliteMode.PLAIN
    writes: Writes = Writes.EACH
    compression: Compression = Compression.NONE
    search: Search = PLAIN
    replay: RecordPath | None = None  # a file of points (see harness.model.points), below the records' root
    slowdown: float = 0.0  # the positive control: after each objective, so much of its own CPU is burned again
    settings: tuple[tuple[str, Setting], ...] = ()
    directions: Directions | None = None  # as asked for, or as a first run found; None: that run finds them
    needs_direction: bool = False  # a run is refused before its first trial where nobody says which way is better

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
        self._check_choices()
        names = [name for name, _ in self.settings]
        if len(set(names)) != len(names):
            raise InputError("a setting is given twice: " + ", ".join(sorted({n for n in names if names.count(n) > 1})))

    def _check_choices(self) -> None:
        if (self.sampler is SamplerKind.REPLAY) != (self.replay is not None):
            raise InputError("the replay sampler and a file of points to replay go together: give both or neither")
        if self.start is Start.FORKSERVER and self.backend is not Backend.PROCESSES:
            raise InputError("a fork server starts processes: choose the processes backend")
        if self.sqlite is SqliteMode.TUNED and self.storage is not StorageKind.SQLITE:
            raise InputError(f"tuning SQLite needs it as the storage, which is {self.storage.value}")
        if self.storage is StorageKind.MEMORY and (self.writes, self.compression) != (Writes.EACH, Compression.NONE):
            raise InputError(
                "writing at the end of a trial and compression act on a durable storage: sqlite or journal"
            )
        if self.memo_bytes < 1:
            raise InputError(f"a memo holds at least one byte, not {self.memo_bytes}")
        if not 0 <= self.slowdown < 100:
            raise InputError(f"a slowdown is a share of an objective's CPU from 0 to 100, not {self.slowdown:g}")

    @property
    def choices(self) -> Mapping[str, Setting]:
        """The workload's settings by name."""
        return dict(self.settings)
