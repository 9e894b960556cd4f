"""What a run left on disk: header, raw rows per trial and per process, memory samples and how it ended; no summary."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from harness.model.machine import Machine
from harness.model.memory import TreeMemory
from harness.model.plan import Plan, Setting

SCHEMA = 1
UNATTRIBUTED = "unattributed"  # a trial's time in none of its spans: Optuna's own code between the observed calls
WHOLE_OBJECTIVE = "other"  # the objective's time in none of the spans inside it


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
    rss_bytes: int | None

    @property
    def ended_s(self) -> float:
        return self.started_s + self.wall_s

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`run.json`: what was asked for and where, written before the run starts."""

    schema: int
    id: str
    label: str  # the arm's name in an experiment, or the workload's
    plan: Plan
    machine: Machine
    argv: tuple[str, ...]
    commit: str | None
    started_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`outcome.json`: how the run ended. Absent when the launcher itself was killed."""

    ending: Ending
    detail: str | None  # one sentence, when it did not finish
    exit_code: int | None  # negative: the signal that killed it
    wall_s: float
    cpu_s: float  # of the process and every descendant it waited for
    peak_pss_bytes: int | None  # largest sample of the process tree


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
