"""The summary of profiled runs: every number and sentence of the report, decided once; renderers only format it.

All text in it is printable (it cannot steer a terminal or reorder a line) but not escaped: renderers do that.
"""

from dataclasses import dataclass
from enum import Enum

from harness.profile.account.facts import PlaceKind
from harness.profile.facts import PartKind, Verdict
from harness.report.profiled.pictures import Course, Flame, GrowthPicture, Timeline, TreeSample
from harness.report.profiled.words import plural
from harness.report.quantity import Measure
from harness.report.summary import Fact
from harness.units import percent_text, seconds_text


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyNumber:
    """One of the few numbers on top."""

    label: str
    measure: Measure
    beside: str  # what it is to be read against


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a reader takes away: one sentence, the sentences that carry it, and four numbers."""

    sentence: str
    statements: tuple[str, ...]
    numbers: tuple[KeyNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A finding, ready to be read."""

    rule: str
    title: str
    evidence: tuple[str, ...]
    saving: str | None  # "56 % of the study's time, 1.2 s per trial"; None where nothing can be put into numbers
    saving_of: str | None  # the same without its share
    ceiling_s_per_trial: float | None
    ceiling_share: float | None
    ceiling_bytes: float | None
    basis: str
    lever: str | None
    remedy: str
    command: str | None
    where: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One line of the ledger, per trial."""

    label: str
    name: str
    what: str  # belongs to it
    kind: PartKind
    calls_per_trial: float
    wall_s_per_trial: float
    cpu_s_per_trial: float | None
    waiting_s_per_trial: float | None
    wall_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """What the waiting in a trial was for; the lines add up to all of it."""

    label: str
    s_per_trial: float
    share: float  # of all waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """A storage method and how often a trial calls it."""

    method: str
    calls_per_trial: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPicture:
    """Where a trial's time goes; the parts add up to the trial and what lies between two."""

    parts: tuple[PartLine, ...]
    wall_s_per_trial: float  # without what lies between two trials
    cpu_s_per_trial: float | None
    waiting: tuple[WaitingLine, ...]
    calls: tuple[CallLine, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpot:
    """A line of the user's own code and what it costs, with all that it calls."""

    place: str  # file:line
    function: str
    span: str
    share: float
    s_per_trial: float
    callback: str | None
    samples: int  # that it was seen in
    bounds: str  # of the share at 95 %, "35-61 %"

    @property
    def told(self) -> str:
        """The line in words."""
        where = self.function if self.span in ("objective", self.function) else f"{self.function} ({self.span})"
        seen = f"{percent_text(self.share)} ({self.bounds}, {plural(self.samples, 'sample')})"
        said = f"{self.place} {where}: {seen}, {seconds_text(self.s_per_trial)} per trial"
        return said if self.callback is None else f"{said}; {self.callback}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpot:
    """A function of the user's own code: its lines added up."""

    place: str  # file
    function: str
    lines: str  # the heaviest first
    share: float
    s_per_trial: float
    samples: int
    bounds: str

    @property
    def told(self) -> str:
        """The function in words."""
        seen = f"{percent_text(self.share)} ({self.bounds}, {plural(self.samples, 'sample')})"
        return (
            f"{self.function} in {self.place}, lines {self.lines}: {seen}, {seconds_text(self.s_per_trial)} per trial"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StacksPicture:
    """What the stack samples show."""

    statement: str  # who took them, how many, at what rate
    flame: Flame | None
    hot_lines: tuple[HotSpot, ...]
    functions: tuple[FunctionSpot, ...] = ()
    ranking: str = ""  # said where chance decides which line is the heaviest


class Tone(Enum):
    """How a memory verdict is to be shown."""

    ALARM = "alarm"
    FINE = "fine"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthLine:
    """Memory growth of one process over its trials."""

    pid: int
    trials: int
    verdict: Verdict
    tone: Tone
    growth: Measure  # bytes per trial
    history: Measure  # of it, Optuna's own trial history
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPicture:
    """Memory of the run."""

    statement: str
    peak_pss_bytes: int | None
    within_trial: Measure  # median growth within a trial, at its peak
    tree: tuple[TreeSample, ...]
    limit_bytes: int | None
    growth: tuple[GrowthLine, ...]  # the most worrying first
    after_trials: tuple[GrowthPicture, ...]
    left_out: int  # processes whose growth is not listed

    @property
    def alarms(self) -> tuple[GrowthLine, ...]:
        """What must be read even where there is little room."""
        return tuple(line for line in self.growth if line.tone is Tone.ALARM)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorySpot:
    """A line of an objective and what it added to its process's memory."""

    place: str  # file:line
    source: str
    occurrences: int
    increment_bytes: float  # over all occurrences; what others freed is taken off


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedLine:
    """Work that was done more than once."""

    what: str
    arguments: str
    calls: int
    calls_in_trials: int
    processes: int
    wall_s: float | None
    saving_s_per_trial: float | None
    saving_s: float | None
    shared_saving_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLine:
    """A process that ran trials, or stands for those that are not listed."""

    pid: int
    parent: int | None
    birth: str
    threads: int
    trials: int
    startup_wall_s: float
    startup_cpu_s: float
    busy_share: float | None  # of its thread-seconds between ready and the study's end
    study_cpu_s: float | None
    peak_rss_bytes: int | None
    peak_uss_bytes: int | None
    thread_pools: str
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BestLine:
    """The best trial of a study by one objective."""

    objective: int  # from 1
    direction: str
    value: float | str  # infinities, which JSON lacks, as text
    trial: int
    found_s: float  # from the first trial's begin to its end
    trials_share: float  # of the trials had ended by then
    params: tuple[tuple[str, str | int | float | bool | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """A study of the record."""

    name: str
    storage: str
    sampler: str
    pruner: str
    directions: str
    best: tuple[BestLine, ...] = ()  # one for each objective; none where no trial completed, or too many studies
    front: int | None = None  # trials on the Pareto front, of several objectives
    trials: int
    running: int | None
    optuna: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """Some of the run's wall, or the smaller places together."""

    kind: PlaceKind | None  # None: the smaller places together
    part: PartKind | None
    label: str
    what: str
    where: str | None
    wall_s: float
    cpu_s: float | None
    share: float  # of the run's wall


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTime:
    """Where one process's wall went."""

    pid: int
    is_main: bool
    wall_s: float
    start_s: float  # interpreter and imports
    own_s: float  # the script's own code around its studies
    trials_s: float
    between_s: float  # callbacks included
    waiting_s: float
    exit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """A top-level package and what importing it took."""

    name: str
    wall_s: float
    own_s: float
    processes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPicture:
    """Where the whole run's wall went; the places add up to it."""

    wall_s: float
    places: tuple[PlaceLine, ...]  # in the order in which a run passes through them
    processes: tuple[ProcessTime, ...]  # empty where there is only the run's own
    imports: tuple[ImportLine, ...]  # heaviest first
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSummary:
    """One profiled run, ready to be rendered."""

    id: str
    label: str
    origin: str
    started_s: float
    headline: Headline
    findings: tuple[FindingLine, ...]
    verdict: str
    account: AccountPicture | None  # None: a history, or an older record
    ledger: LedgerPicture | None
    timeline: Timeline | None
    course: Course | None
    stacks: StacksPicture | None
    memory: MemoryPicture | None
    memory_lines: tuple[MemorySpot, ...]  # on request: largest increment first
    allocations: Flame | None  # on request
    repeated: tuple[RepeatedLine, ...]
    repetition: tuple[str, ...]  # sentences on repeated work and duplicate parameters
    processes: tuple[ProcessLine, ...]
    processes_left_out: int
    studies: tuple[StudyLine, ...]
    missing: tuple[str, ...]
    watching: str
    methods: tuple[Fact, ...]
    machine_facts: tuple[Fact, ...]
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One quantity, run by run; `change` is each over the first."""

    label: str
    measures: tuple[Measure, ...]
    change: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Several runs side by side: shown, not judged."""

    warning: str
    names: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileReport:
    """A whole report: one run, or several with a comparison on top."""

    version: str
    comparison: Comparison | None
    runs: tuple[ProfileSummary, ...]
