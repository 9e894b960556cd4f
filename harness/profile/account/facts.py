"""The values of a run's account: its places, from the run's launch to its exit, and the same of each process."""

from dataclasses import dataclass
from enum import Enum

from harness.model.record import Birth
from harness.profile.facts import PartKind


class PlaceKind(Enum):
    """Where a stretch of a process lies, in the order in which a run passes through them."""

    START = "start"  # of the interpreter, up to the first line of Python that can be watched
    IMPORTS = "imports"  # modules, outside trials
    BEFORE = "before"  # the script's own code before its first study
    TRIAL = "trial"  # a part of the trials: `Place.part` says which
    CALLBACK = "callback"  # one passed to `optimize`, with all that it calls
    BETWEEN = "between"  # two trials; `part` says sampler, storage or gc, None is the rest
    STUDIES = "studies"  # the script's own code between two studies
    AFTER = "after"  # the script's own code after its last study
    SCRIPT = "script"  # all of the script's own code, where no study ran
    WAITING = "waiting"  # for own child processes or a pool, as far as nothing was seen in them
    IDLE = "idle"  # a worker without a trial while others had one
    EXIT = "exit"  # from the end of the script's code to the end of its process
    UNSEEN = "unseen"  # a process that left no account of that time


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Some of the wall of a run or of a process; places never overlap and add up to the whole."""

    kind: PlaceKind
    name: str  # as a reader is told: "imports", "objective", "callback stop_early", ...
    wall_s: float
    cpu_s: float | None  # None: not known
    share: float  # of the wall of the run, or of the process in a ProcessAccount
    part: PartKind | None = None
    where: str | None = None  # file:line, where one line of the user's own makes up most of it
    function: str | None = None  # that it stands in
    where_share: float | None = None  # of the place's samples, below that line
    library: str | None = None  # the installed package in which most of it was spent
    calls: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCost:
    """One top-level package: what importing it took, with what it imports itself."""

    name: str
    wall_s: float
    own_s: float  # without other top-level packages that it imported
    processes: int  # that imported it


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessAccount:
    """One process from its start to its end."""

    pid: int
    parent: int | None
    birth: Birth
    is_main: bool  # the script's own process
    started_s: float  # since the Unix epoch
    ended_s: float
    places: tuple[Place, ...]  # add up to the wall, within what `off_s` says
    off_s: float  # the wall that the kernel or the launcher tells, less the sum of the places

    @property
    def wall_s(self) -> float:
        return self.ended_s - self.started_s


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolUse:
    """Workers that evaluated trials which another thread or process had asked for."""

    workers: int
    are_threads: bool  # of the process that asked
    busy_share: float  # of their time while trials were open
    batches: int  # stretches in which trials were open together
    trials_per_batch: float
    batch_s: float  # wall of all batches
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAccount:
    """A whole run: at each moment its wall is split evenly over the threads at work, wherever they run.

    So a place's share is of the run's wall however many workers there were, and a process that waits for its own
    workers is told by what they do.
    """

    wall_s: float
    places: tuple[Place, ...]  # in the order of PlaceKind, the largest first within one
    processes: tuple[ProcessAccount, ...]  # the script's own first
    imports: tuple[ImportCost, ...]  # heaviest first
    off_s: float  # the launcher's wall less the sum of the places
    pool: PoolUse | None = None

    @property
    def largest(self) -> Place:
        """The place with the most wall."""
        return max(self.places, key=lambda place: place.wall_s)

    def share_of(self, *kinds: PlaceKind) -> float:
        """Of the run's wall, in places of these kinds together."""
        return sum(place.share for place in self.places if place.kind in kinds)
