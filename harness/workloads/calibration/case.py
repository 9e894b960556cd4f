"""A case: an objective made of known costs, how its trials are started, and the truth that a profile must give back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from harness.errors import InputError
from harness.workloads.calibration.tally import Tally

if TYPE_CHECKING:
    import optuna

Sizes = Mapping[str, float]
Objective = Callable[["optuna.Trial"], float]


class PlannedError(Exception):
    """What the failing trials of a case raise."""


class Start(Enum):
    """Who runs the trials: one `optimize`, or workers that share the study and were started in some way."""

    OPTIMIZE = "optimize"
    FORK = "fork"
    SPAWN = "spawn"
    JOBLIB = "joblib"
    SUBPROCESS = "subprocess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How many trials, and how many threads or workers they are spread over."""

    trials: int
    jobs: int = 1

    def __post_init__(self) -> None:
        if self.trials < 1 or self.jobs < 1:
            raise InputError(f"a case needs at least one trial and one job, not {self.trials} and {self.jobs}")

    def shared_out(self) -> tuple[int, ...]:
        """Trials of each worker, as equal as can be."""
        whole, rest = divmod(self.trials, self.jobs)
        return tuple(whole + (worker < rest) for worker in range(self.jobs))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanTruth:
    """One span of each trial: how often it is entered, and its own time where it was fixed beforehand."""

    calls: int = 1
    wall_s: float | None = None  # None: as long as it takes
    cpu_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a profile must give back. None and empty: the case says nothing of it."""

    trials: int
    states: Mapping[str, int]  # complete, pruned, fail
    processes: int = 1  # that ran trials
    spans: Mapping[str, SpanTruth] = field(default_factory=dict)  # by name, per trial
    waits_for: str | None = None  # "gil" or "other": what nearly all of a trial's waiting is, beside a free core
    storage_calls: Mapping[str, int] = field(default_factory=dict)  # by method, per trial
    loads: Mapping[str, int] = field(default_factory=dict)  # by what was called, over all trials
    kept_bytes: int | None = None  # per trial, for good
    peak_bytes: int | None = None  # above what was resident before the trial
    duplicates: int = 0  # trials whose parameters an earlier one had
    collections: int | None = None  # full ones, over all trials
    children_cpu_s: float | None = None  # of child processes, per trial
    pool_threads: int | None = None  # of the BLAS library


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One known cost. `sizes` are its defaults by name; each name ends in its unit."""

    name: str
    about: str
    objective: Callable[[Sizes, Tally], Objective]
    truth: Callable[[Sizes, Asked], Truth]
    sizes: Mapping[str, float] = field(default_factory=dict)
    start: Start = Start.OPTIMIZE
    raises: bool = False  # some trials fail on purpose, which ends a study that does not catch it
    enqueued: Callable[[Sizes, Asked], list[dict[str, Any]]] | None = None  # parameters to put in the queue first
    environment: Callable[[Sizes], Mapping[str, str]] | None = None  # read when a library is loaded, and so set first
    trials: int = 20
    jobs: int = 1

    @property
    def is_script_only(self) -> bool:
        """Whether the case is more than its objective, so that a plan alone cannot carry it out."""
        is_prepared = self.enqueued is not None or self.environment is not None
        return self.start is not Start.OPTIMIZE or is_prepared or self.raises

    def sized(self, given: Mapping[str, float]) -> dict[str, float]:
        """The case's sizes with those given in place of its own; raises InputError for a name it does not have."""
        for name, value in given.items():
            if name not in self.sizes:
                known = ", ".join(self.sizes) or "none"
                raise InputError(f"calibration's case {self.name!r} has no size {name!r}; it has {known}")
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise InputError(f"calibration's size {name} is a number that is not negative, not {value!r}")
        return {**self.sizes, **given}


def complete(asked: Asked, **more: Any) -> Truth:
    """The truth of a case in which every trial completes."""
    return Truth(trials=asked.trials, states={"complete": asked.trials}, **more)


def suggesting(cost: Callable[["optuna.Trial"], None], tally: Tally) -> Objective:
    """An objective of one parameter that pays `cost` in each trial, and has it tallied."""

    def objective(trial: "optuna.Trial") -> float:
        x = trial.suggest_float("x", 0.0, 1.0)
        with tally.trial(trial.number):
            cost(trial)
        return x

    return objective
