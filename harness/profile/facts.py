"""The parts of a profile: frozen values that findings are drawn from and reports are made of.

Every share is of one, every missing number None, every duration in seconds.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from harness.model.machine import ThreadPool
from harness.model.record import Birth, Collections, Load
from harness.model.stacks import StackSource
from harness.profile.columns import Trials
from harness.stats.interval import Interval

if TYPE_CHECKING:
    from harness.profile.account.facts import RunAccount
    from harness.profile.best import StudyBest


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study, the same in every process that opened it."""

    name: str
    storage: str  # class name
    storage_url: str | None  # without a password
    sampler: str | None
    pruner: str | None
    directions: tuple[str, ...]
    optuna: str | None
    trials: int  # finished in this record
    running: int | None = None  # left RUNNING when it was read; None where not known
    is_here: bool | None = None  # its server ran on the machine of the trials; None: a file, or not known
    heartbeat_s: float | None = None  # None: none was set, or a history, which does not tell
    retries: bool = False  # a callback for trials whose heartbeat stopped was set
    is_wal: bool | None = None  # an SQLite database had a write-ahead log; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeUse:
    """What threads that Python does not know (BLAS, OpenMP) did while a process's trials ran."""

    trials: int  # for which it was read
    cores: float  # that they kept busy together while a trial ran
    queued: float  # of them ready to run with no core free, on average
    busy: float  # share of a trial in which the busiest of them computed or queued
    threads: int  # that worked at a time: the median over the trials in which any did


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that ran trials."""

    pid: int
    parent: int | None
    birth: Birth
    threads: int  # that ran trials
    trials: int
    started_s: float  # when the interpreter started (a fork: when it forked), since the epoch
    ready_s: float  # first study opened
    startup_wall_s: float
    startup_cpu_s: float
    first_trial_s: float | None
    last_trial_s: float | None  # when its last trial ended
    busy_s: float  # thread-seconds inside trials
    study_cpu_s: float | None  # of the process from ready to its last books
    closed: bool  # it wrote its final books; else it was killed, or left by os._exit
    peak_rss_bytes: int | None
    thread_pools: tuple[ThreadPool, ...]
    collections: Collections | None
    history_bytes: int | None
    history_trials: int | None
    recording_cpu_s: float | None  # what watching cost: rows and events
    dropped: int
    loads: tuple[Load, ...]
    native: NativeUse | None = None  # None: not read
    is_worker: bool = False  # one of multiprocessing's, which end without a word when their pool is closed
    commands: int | None = None  # processes that it started while trials were under way; None: not counted
    failed_elsewhere: int = 0  # trials of other processes that it set to FAIL: their heartbeat had stopped


class PartKind(Enum):
    """What a part of the trial's time belongs to."""

    SAMPLER = "sampler"  # span "suggest"
    STORAGE = "storage"
    PRUNER = "pruner"
    LOAD = "load"  # sources and readers
    FEATURE = "feature"
    GC = "gc"
    USER = "user"  # a span that the user marked
    OBJECTIVE = "objective"  # the rest of the objective
    ELSEWHERE = "elsewhere"  # open, and not worked on by its own thread: evaluated elsewhere, or waiting for its turn
    UNATTRIBUTED = "unattributed"  # Optuna between the observed calls
    BETWEEN = "between"  # between two trials of a thread: gc_after_trial, callbacks, the search for waiting trials


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the ledger: means per trial over all trials; the parts add up to the trial."""

    name: str
    kind: PartKind
    calls_per_trial: float
    wall_s_per_trial: float
    cpu_s_per_trial: float | None
    waiting_s_per_trial: float | None  # wall - cpu
    wall_share: float  # of the wall a trial costs, BETWEEN included


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Wall that was not the thread's CPU, per trial, told apart as far as evidence goes. The parts add up to total."""

    total_s: float
    cores_s: float | None  # ready to run and no core free (the kernel's run queue)
    storage_s: float  # blocked inside storage calls: disk, lock or server
    gil_s: float  # blocked while other threads of the process ran Python: at most this much is the GIL
    other_s: float  # sleep, I/O or another process


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Where a trial's time goes, on average, over all finished trials."""

    parts: tuple[Part, ...]  # largest wall first; BETWEEN and UNATTRIBUTED last
    wall_s_per_trial: float  # parts without BETWEEN
    cpu_s_per_trial: float | None
    waiting: Waiting | None
    children_cpu_s_per_trial: float | None
    storage_calls_per_trial: tuple[tuple[str, float], ...]  # method, calls; most first
    written_bytes_per_trial: float | None
    span_s: float  # from the first process ready to the last trial's end
    parallelism: float  # trial-seconds / span_s
    idle_share: float  # of worker-seconds between a worker's ready and the study's end, in no trial
    median_wall_s: float
    longest_wall_s: float
    held: "Held | None" = None  # None: each trial was worked on by its own thread as long as it was open


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Trials that were open longer than their own thread worked on them: from ask to tell, whoever held them."""

    mean_s: float
    median_s: float
    longest_s: float
    at_once: float  # open, on average over the study's span


class Verdict(Enum):
    """Whether memory grows with the trials."""

    LEAK = "leak"
    HISTORY = "history"  # it grows, by what the study itself keeps of its trials
    NONE = "none"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Memory growth of one process over its trials: Theil-Sen slope of RSS after each trial, warm-up left out.

    Of the peaks within trials, where those surely grow less.
    """

    pid: int
    trials: int
    bytes_per_trial: Interval | None  # None: too few trials
    verdict: Verdict
    history_bytes_per_trial: float | None  # of it, Optuna's own trial history
    because: str  # a sentence: what the verdict rests on


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePoint:
    """One sample of the process tree."""

    at_s: float  # since the record's start
    pss_bytes: int
    processes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerMemory:
    """One process's memory, from the tree's samples."""

    pid: int
    uss_bytes: int | None  # the last sample's
    peak_uss_bytes: int | None
    peak_rss_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Memory of the run."""

    peak_pss_bytes: int | None
    tree: tuple[TreePoint, ...]
    workers: tuple[WorkerMemory, ...]
    growth: tuple[Growth, ...]
    peak_growth_bytes: float | None  # median over trials of (peak within the trial - RSS before it)


@dataclass(frozen=True, slots=True, kw_only=True)
class HotLine:
    """A line of the user's own code, with all that it calls."""

    span: str  # "objective", "load", a user's span, ...
    file: str  # shortened to what the user knows: relative to the script's folder where it lies below
    line: int
    function: str
    share: float  # of the samples inside trials
    s_per_trial: float
    callback: str | None  # "rolling.apply calls slope() for each row": a callback or row loop that runs per row
    samples: int = 0  # that its share rests on
    calls_per_trial: float | None = None  # of the function that the line has called; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class HotFunction:
    """A function of the user's own code: its lines added up, each with all that it calls."""

    file: str  # as in HotLine
    function: str
    lines: tuple[int, ...]  # heaviest first
    share: float  # of the samples inside trials
    s_per_trial: float
    samples: int
    line_shares: tuple[float, ...] = ()  # of each line, like `share`


class Handled(Enum):
    """What a loop takes one at a time."""

    TABLE = "table"  # values or rows of a pandas object
    ARRAY = "array"  # elements of a NumPy array
    GROWTH = "growth"  # a table or array that is copied for each row that is added


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarLoop:
    """A loop of the user's that takes one value at a time where the library takes all at once."""

    file: str  # as in HotLine
    line: int  # the loop's head
    function: str
    handled: Handled
    text: str  # an access as the source has it: `close.iloc[i]`
    lines: tuple[tuple[str, int], ...]  # file and line, heaviest first
    share: float  # of the samples inside trials; what the loop calls besides is left out
    s_per_trial: float
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A line of the user's own code below which a trial's thread waits for other processes."""

    file: str  # as in HotLine
    line: int
    function: str
    waits_for: str  # "joblib's workers", "a command", ...
    share: float  # of the samples inside trials


@dataclass(frozen=True, slots=True, kw_only=True)
class FlameNode:
    """A frame of the merged flame graph; `weight_s` includes its children."""

    label: str
    weight_s: float
    is_user: bool
    children: tuple["FlameNode", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackProfile:
    """Stack samples cut to the time inside trials."""

    source: StackSource
    rate_hz: float
    why: str | None  # why py-spy was not used
    samples: int  # inside trials
    samples_outside: int
    processes: int
    flame: FlameNode | None
    hot_lines: tuple[HotLine, ...]  # largest share first
    waiting_lines: tuple[WaitingLine, ...] = ()  # largest share first
    functions: tuple[HotFunction, ...] = ()  # largest share first
    scalar_loops: tuple[ScalarLoop, ...] = ()  # largest share first
    elsewhere: tuple[HotFunction, ...] = ()  # of processes that ran no trials, shares of the samples in those
    reading: tuple[tuple[tuple[str, int, str], float], ...] = ()  # where files are opened; share of the samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpers:
    """Processes of the run that ran no trials and computed while trials ran: a pool's workers, commands."""

    count: int  # that computed at a time; the commands of a trial, which it waits for one by one, are one
    cpu_s_per_trial: float
    queued_s_per_trial: float  # in which they were ready to run and had no core; 0 where that is not known
    startup_cpu_s: float | None  # beyond that, before those trials; None: it is in the CPU per trial
    commands_per_trial: float | None = None  # processes that trials started, where all of them are commands


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedProcesses:
    """Python processes that trials start and that run no trials themselves, each a new interpreter."""

    count: int
    per_trial: float
    startup_s_per_trial: float  # of a trial, in which one was starting or importing
    life_s_per_trial: float  # of a trial, in which one was there
    imports_s: float  # of each, on average
    packages: tuple[tuple[str, float], ...]  # heaviest first, seconds of each process; one may contain another


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedWork:
    """The same data read, or feature computed, more than once in a process; merged over processes."""

    what: str
    arguments: str
    calls: int
    calls_in_trials: int
    processes: int
    wall_s: float | None
    saving_s: float | None  # all calls but the first of each process: the most that reuse per process could save
    saving_s_per_trial: float | None
    shared_saving_s: float | None  # all calls but one: the most that one copy for all processes could save
    is_request: bool = False  # an address or a query: the same was asked for, and the answer may differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """Trials of a study with parameters that an earlier one had already."""

    trials: int
    wall_s: float  # spent on them
    groups: int
    most: int  # trials in the largest group
    same: int | None = None  # of the trials, those without another value than the first of their group
    same_wall_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLoops:
    """Loops over trials, or processes that ran trials, that one exception ended."""

    error: str  # its class
    message: str
    where: str | None  # file:line, as the user knows it
    count: int
    processes: tuple[int, ...]  # pids
    open_trials: int  # that those processes left unfinished
    in_loop: bool = True  # it left `optimize`; else it ended the processes, outside such a loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Other programs had the cores that a run's trials were ready for."""

    waited_share: float  # of a trial
    waited_s: float  # of a trial
    used_cores: float  # by the run itself, on average
    cores: float
    pool_threads: int  # that compute together in a trial, its own included; 1: no pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that a record shows. What it cannot show is empty or None, and `missing` says why."""

    run: str
    origin: str  # record.Origin's value
    label: str
    command: tuple[str, ...]
    started_s: float
    ending: str | None  # record.Ending's value; None: not known
    ending_detail: str | None
    exit_code: int | None
    wall_s: float | None  # of the whole run
    cpu_s: float | None
    usable_cores: float | None
    memory_limit_bytes: int | None
    studies: tuple[Study, ...]
    best: tuple["StudyBest", ...] = ()
    processes: tuple[Process, ...]
    trials: Trials
    ledger: Ledger | None  # None without a finished trial
    memory: Memory | None
    stacks: StackProfile | None
    repeated: tuple[RepeatedWork, ...]  # largest saving first
    duplicates: Duplicates
    watching_cpu_s_per_trial: float | None  # what the harness itself cost
    missing: tuple[str, ...]  # sentences: what the record lacks and why
    notes: tuple[str, ...] = ()  # sentences: what a history tells beside its trials; how far a run's times hold
    helpers: Helpers | None = None
    deaths: tuple[DeadLoops, ...] = ()  # most first
    account: "RunAccount | None" = None  # of the whole run; None for a history, or an older record
    busy: Busy | None = None  # None: as far as is known, the machine was the run's own
    children: StartedProcesses | None = None  # None: trials start none, or none that tells of itself
    options: tuple[str, ...] = ()  # of `harness run`, that the record was taken with
    slowing: tuple[str, ...] = ()  # of these, what changes the run's times: then none is told
