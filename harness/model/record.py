"""What a run left on disk: header, raw rows per trial and per process, memory samples and how it ended; no summary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from harness.model.bounds import RunId
from harness.model.machine import Machine, ThreadPool
from harness.model.memory import TreeMemory
from harness.model.plan import Plan, Setting

SCHEMA = 3
READABLE = (1, 2, 3)  # 1 lacks what a profile adds, 2 what levers add to a plan: those fields have defaults
UNATTRIBUTED = "unattributed"  # a trial's time in none of its spans: Optuna's own code between the observed calls
LOAD_SPANS = ("load", "split")  # inside sources; the reference workload splits there as well
CALLBACK = "callback: "  # begins the span of a callback of `optimize`; its name and the place of its code follow
WATCHING = "watching"  # between trials: what the watcher itself did there, its rows above all
WHOLE_OBJECTIVE = "other"  # the objective's time in none of the spans inside it


class Origin(Enum):
    """What a record came from."""

    PLAN = "plan"  # the harness carried a plan out
    SCRIPT = "script"  # the user's own script, watched by `harness run`
    HISTORY = "history"  # an existing study's storage, read by `harness study`: no spans, no CPU, no memory


class TrialState(Enum):
    """How a trial ended. A trial in flight has no row."""

    COMPLETE = "complete"
    PRUNED = "pruned"
    FAIL = "fail"


class Ending(Enum):
    """How a run ended, as its launcher saw it."""

    FINISHED = "finished"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    KILLED = "killed"
    INTERRUPTED = "interrupted"


class Birth(Enum):
    """How a process came to be."""

    LAUNCHED = "launched"  # a new interpreter: the script itself, spawn, forkserver's server, loky, subprocess
    FORKED = "forked"  # a copy of its parent


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanTime:
    """Time one thread spent in a span itself: spans nested inside it are taken off."""

    calls: int
    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """One finished trial. `spans` and the unattributed rest add up to `wall_s` and `cpu_s`."""

    number: int
    worker: int
    pid: int
    thread: int  # within its process, in order of first trial
    state: TrialState
    values: tuple[float, ...] | None
    params: Mapping[str, Setting | None]
    started_s: float  # since the Unix epoch
    wall_s: float
    cpu_s: float  # of the trial's own thread
    process_cpu_s: float  # of its whole process meanwhile, other threads' trials included
    spans: Mapping[str, SpanTime]
    before: Mapping[str, SpanTime]  # in the same thread, since its trial before: gc after a trial, callbacks
    rss_bytes: int | None  # when it ended
    # what a profile adds
    study: int = 0  # index of its StudyRow in the same process
    native_thread: int | None = None  # the kernel's thread id, by which stack samples are found
    elapsed_s: float | None = None  # from begin to end where that is not wall_s: trials open at once share their time
    open_at_once: int = 1  # trials of this study that were open in the thread together (ask several, then tell)
    children_cpu_s: float = 0.0  # of child processes that were waited for meanwhile
    runqueue_s: float | None = None  # ready to run, and no core free: the kernel's own account of the thread
    rss_before_bytes: int | None = None
    peak_rss_bytes: int | None = None  # VmHWM within the trial; None where it could not be reset or would mislead
    calls: Mapping[str, int] = field(default_factory=dict)  # storage methods, how often
    written_bytes: int | None = None  # of attributes, where cheap to know
    segments: tuple[tuple[str, float, float], ...] = ()  # span, offset in the trial and wall seconds; long ones only
    native: tuple[float, float, float, int] | None = None
    """What threads that Python does not know did meanwhile: CPU and queueing of all, the busiest's time at work (all in
    seconds), and how many worked. None: not read for this trial."""
    # what a search in stages adds
    share: float = 1.0  # of the plan's data, that it was run on; of a trial that raced, as far as it came

    @property
    def ended_s(self) -> float:
        return self.started_s + (self.wall_s if self.elapsed_s is None else self.elapsed_s)

    @property
    def unattributed(self) -> SpanTime:
        """What is left of the trial when every span is taken off."""
        return SpanTime(
            calls=1,
            wall_s=self.wall_s - sum(span.wall_s for span in self.spans.values()),
            cpu_s=self.cpu_s - sum(span.cpu_s for span in self.spans.values()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStart:
    """A process that ran trials or led those that did, written when it was ready for its first trial."""

    pid: int
    worker: int  # -1 for a leader that runs no trials itself
    ready_s: float  # since the Unix epoch
    startup_wall_s: float  # interpreter start, imports, warm-up, opening the study
    startup_cpu_s: float
    parent: int | None = None  # pid
    birth: Birth = Birth.LAUNCHED


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRow:
    """A study as one process opened it. No password is ever in `storage_url`."""

    pid: int
    index: int  # within its process; what TrialRow.study refers to
    name: str
    storage: str  # the class: InMemoryStorage, RDBStorage, JournalStorage, GrpcStorageProxy, or the user's own
    storage_url: str | None
    sampler: str  # the class
    pruner: str
    directions: tuple[str, ...]
    optuna: str | None  # version
    is_here: bool | None = None  # its server runs on the machine of the process; None: a file, or not known
    heartbeat_s: float | None = None  # None: the storage has none
    retries: bool = False  # what is called for a trial whose heartbeat stopped is set
    is_wal: bool | None = None  # an SQLite database has a write-ahead log; None: no such database, or in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One piece of data brought in, or one marked feature computed, by one process: how often and how long."""

    what: str  # "pandas.read_csv", "source bars", "feature ema", "open"
    arguments: str  # shortened, with passwords taken out; the path for "open"
    calls: int  # all of them
    calls_in_trials: int
    wall_s: float | None  # of all calls; None where only the opening was seen
    cpu_s: float | None
    first_wall_s: float | None  # of the first call, which reuse would keep
    identity: str | None = None  # of what was read, whole arguments and files: "c..." content, "r..." a request
    is_sure: bool = True  # that calls of this line read the same; records of earlier versions took it for granted
    where: tuple[str, int, str] | None = None  # file, line and function that opened what is read there later


@dataclass(frozen=True, slots=True, kw_only=True)
class Collections:
    """What the garbage collector did in one process, and how much it had to walk."""

    tracked_objects: int | None  # container objects alive at the end, frozen ones not counted
    frozen_objects: int
    full_collections: int
    after_trial: bool | None  # Optuna's gc_after_trial, as the loop that ran the trials was told


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCalls:
    """A line that has pandas call a function for each row, cell or group, inside trials."""

    method: str  # "DataFrame.apply"
    file: str
    line: int
    function: str
    times: int  # that the method was called
    calls: int  # of the function, in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """An exception that ended a loop over trials, or a process that had run some."""

    error: str  # the class of what it was caused by
    message: str  # its first line, shortened and without passwords
    where: str | None  # file:line, of the user's own
    count: int  # how often, in one process
    in_loop: bool = True  # it left `optimize`; else it ended the process, outside such a loop


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessEnd:
    """The same process after its last trial. Absent when it was killed."""

    pid: int
    study_wall_s: float  # from ready to here
    study_cpu_s: float  # of this process alone
    peak_rss_bytes: int | None  # VmHWM
    after: Mapping[str, SpanTime]  # since the last trial
    recording_cpu_s: float  # writing rows, measured
    events: int  # span and storage events heard in all
    event_cpu_s: float  # of one event, calibrated in this process
    # what a profile adds
    is_final: bool = True  # else the books so far, written from time to time in case the process is killed
    at_s: float | None = None  # since the Unix epoch
    loads: tuple[Load, ...] = ()
    collections: Collections | None = None
    thread_pools: tuple[ThreadPool, ...] | None = None  # BLAS and OpenMP, as loaded in this process
    history_bytes: int | None = None  # what Optuna's own trial history takes here, estimated from a sample of trials
    history_trials: int | None = None
    deaths: tuple[Death, ...] = ()
    row_calls: tuple[RowCalls, ...] | None = None  # None: not counted, as in records of earlier versions
    commands: int | None = None  # processes that it started while trials were under way; None: not counted
    open_trials: int = 0  # begun here, and not ended here
    failed_elsewhere: int = 0  # begun in another process, and set to FAIL here: their heartbeat had stopped
    dropped: int = 0  # rows that could not be written: the disk was full


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`run.json`: what was asked for and where, written before the run starts."""

    schema: int
    id: RunId
    label: str  # the arm's name in an experiment, the workload's, the script's, or the study's
    plan: Plan | None  # None unless the origin is a plan
    machine: Machine
    argv: tuple[str, ...]
    commit: str | None
    started_s: float
    origin: Origin = Origin.PLAN
    command: tuple[str, ...] = ()  # of the script that was watched, as the user typed it
    stacks_hz: float | None = None  # stack samples asked for, per second; None: none
    options: tuple[str, ...] = ()  # of `harness run`, that decide what is recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`outcome.json`: how the run ended. Absent when the launcher itself was killed."""

    ending: Ending
    detail: str | None  # one sentence, when it did not finish
    exit_code: int | None  # negative: the signal that killed it
    wall_s: float
    cpu_s: float  # of the process and every descendant it waited for
    peak_pss_bytes: int | None  # largest sample of the process tree
    launched_s: float | None = None  # since the Unix epoch: from here wall_s is counted
    stored_bytes: int | None = None  # of the storage's files in the record, when the run had ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A run as read back from its folder."""

    folder: Path
    header: Header
    facts: Mapping[str, object]  # what the workload says of itself: bars, splits, bytes
    trials: tuple[TrialRow, ...]  # by number
    starts: tuple[ProcessStart, ...]
    ends: tuple[ProcessEnd, ...]
    memory: tuple[TreeMemory, ...]
    outcome: Outcome | None
    torn_lines: int  # unreadable last lines, left by a process that was killed while writing
    studies: tuple[StudyRow, ...] = ()
    damaged_lines: int = 0  # that could not be read, and were left out
