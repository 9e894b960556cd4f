"""The reproduction of the seed's comparison as data: its arms, what each is for, and the runs they became."""

from dataclasses import dataclass
from enum import Enum

from harness.model.bounds import RunId
from harness.model.fixed_work import FixedWork
from harness.model.plan import Plan


class Dataset(Enum):
    """Which of the two sets of bars an arm works on."""

    SYNTHETIC = "synthetic"  # the seed's 5,000 generated bars
    REAL = "real"  # its 262,782 bars, or the user's own


class Role(Enum):
    """What an arm is for."""

    ONE_THREAD = "one_thread"  # as found, one thread: the cost of a trial
    NINE_THREADS = "nine_threads"  # as found, the seed's nine threads: what they make of it
    SIZE = "size"  # as found, one thread, the first part of the bars: a point of the cost model
    MENDED = "mended"  # compiled strategy, data reused, one attribute, one worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A plan with its purpose. An arm is carried out once or more, each time as a run of its own."""

    name: str
    role: Role
    dataset: Dataset
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRun:
    """One run of an arm; its record is `runs/<run>`."""

    arm: Arm
    run: RunId
    before: FixedWork | None = None  # the same work, done by the launcher just before the run
    after: FixedWork | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Bars that were generated for the reproduction, and what that cost."""

    dataset: Dataset
    name: str
    bars: int
    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """`reproductions/<id>.json`, written again as each run ends: what was planned, and what was done so far."""

    schema: int
    id: RunId
    started_s: float
    full: bool  # every arm ran all the trials the seed ran
    seed_trials: int  # how many it ran
    arms: tuple[Arm, ...]
    order: tuple[str, ...]  # names of arms, one for each run that was planned
    made: tuple[Made, ...]
    runs: tuple[ArmRun, ...]  # carried out so far, in that order
