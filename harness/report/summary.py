"""The summary of a reproduction: every number and sentence of the report, decided once; renderers only format it."""

from dataclasses import dataclass
from enum import Enum

from harness.model.experiment import Dataset, Role
from harness.model.machine import Machine
from harness.report.quantity import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a reader takes away: one sentence, then the sentences and numbers that carry it."""

    sentence: str
    statements: tuple[str, ...]
    synthetic_total: Measure  # the seed's 50 trials in nine threads
    real_total: Measure
    ratio: Measure  # real over synthetic
    largest_span: str | None  # of an as-found trial on the real bars
    largest_share: Measure  # of that trial's CPU
    mended_ratio: Measure  # CPU of the study as found over mended


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedCells:
    """What the seed says in a row, in its own words; None where it says nothing."""

    synthetic: str | None = None
    real: str | None = None
    ratio: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One row of the seed's table with ours beside it."""

    key: str
    label: str
    seed: SeedCells
    synthetic: Measure
    real: Measure
    ratio: Measure  # real over synthetic
    note: str | None = None  # what explains a difference


@dataclass(frozen=True, slots=True, kw_only=True)
class FitPoint:
    """One as-found run with one thread: a point of the cost model."""

    run: str
    arm: str
    dataset: Dataset
    bars_per_trial: int
    trials: int
    cpu_s_per_trial: float  # median over the run's trials, with what lies between two trials
    fitted_s_per_trial: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePoint:
    """The fitted line at one size, for drawing it."""

    bars_per_trial: float
    cpu_s: float
    low_s: float
    high_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CostModel:
    """CPU per trial = fixed + slope * bars per trial, over as-found runs with one thread."""

    fixed: Measure
    slope: Measure
    ratio: Measure  # of the line between the two datasets' bars per trial
    points: tuple[FitPoint, ...]
    line: tuple[LinePoint, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanPart:
    """One span's own time per trial of an arm, averaged over its trials: means add up, medians do not."""

    name: str
    calls_per_trial: float
    cpu_s_per_trial: float
    wall_s_per_trial: float
    cpu_share: float  # of the CPU that a trial costs, what lies between two trials included


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmBreakdown:
    """Where an arm's trials spent their time. `parts` add up to the trial, the unattributed rest included."""

    arm: str
    role: Role
    dataset: Dataset
    bars_per_trial: int | None
    runs: int
    trials: int
    parts: tuple[SpanPart, ...]
    cpu_s_per_trial: float
    wall_s_per_trial: float
    waiting_s_per_trial: float  # wall that was not this thread's CPU: another thread's turn, disk, the machine's load
    between_cpu_s_per_trial: float  # observed between two trials of a thread; not in `parts`
    between_wall_s_per_trial: float
    between_cpu_share: float  # with the shares of `parts` it adds up to one
    study_wall_s_per_trial: float | None  # from the first process ready to the last trial's end, over all trials


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBar:
    """One trial on the time axis of its study."""

    number: int
    lane: int  # one per thread of a process
    start_s: float  # since the first process was ready
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """When each trial of one run ran, and in which thread."""

    run: str
    arm: str
    role: Role
    dataset: Dataset
    lanes: int
    bars: tuple[TrialBar, ...]
    median_trial_wall_s: float
    median_trial_cpu_s: float
    study_wall_s: float
    study_wall_s_per_trial: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Nine threads against one on the same bars."""

    timelines: tuple[Timeline, ...]  # one thread first
    trial_wall_ratio: Measure  # a trial's own wall, nine threads over one
    study_wall_ratio: Measure  # the study's wall per trial, nine threads over one
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPoint:
    """A sample of a process tree."""

    at_s: float  # since the run's first sample
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPeak:
    """The largest sizes of one process."""

    process: int  # 0 for the first, in order of appearance
    peak_rss_bytes: int | None  # the kernel's high-water mark
    peak_pss_bytes: int | None  # of the samples
    series: tuple[MemoryPoint, ...]  # PSS; kept only where a run has more than one process


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryOfRun:
    """Memory of one run over time."""

    run: str
    arm: str
    dataset: Dataset
    table_bytes: int | None
    growth: Measure  # of the tree's PSS, from before the first trial to the peak
    peak_pss_bytes: int | None
    tree: tuple[MemoryPoint, ...]  # PSS, thinned to what a figure can show; peaks are kept
    processes: tuple[ProcessPeak, ...]


class Agreement(Enum):
    """Whether arms that must give the same values did."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCheck:
    """Runs on the same bars, compared trial by trial by number."""

    dataset: Dataset
    bars: int | None
    arms: tuple[str, ...]
    runs: int
    agreement: Agreement
    compared: int  # pairs of trials with the same number
    differing: int
    failed: int  # trials without a value, which were left out
    statement: str  # the result in words, with the first difference


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFacts:
    """What the workload says of a dataset; None where no run was left to say it."""

    dataset: Dataset
    name: str | None
    bars: int | None
    interval_s: int | None
    train_bars: int | None
    validate_bars: int | None
    test_bars: int | None
    bars_per_trial: int | None
    gaps: int | None
    missing_bars: int | None
    digest: str | None
    table_bytes: int | None
    file_bytes: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run as carried out, or an arm that was not."""

    arm: str
    role: Role
    dataset: Dataset
    run: str | None
    ending: str
    detail: str | None
    is_used: bool  # its numbers are in this report
    trials: int
    trials_planned: int
    torn_lines: int
    wall_s: float | None
    cpu_s: float | None
    peak_pss_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCost:
    """What measuring cost in one run: writing rows as measured, events counted times their calibrated cost."""

    run: str
    arm: str
    trials: int
    recording_s_per_trial: float
    events_s_per_trial: float
    share_of_trial_cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A labelled fact in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A whole reproduction, ready to be rendered. The text in it is printable but not escaped: renderers do that."""

    id: str
    started_s: float
    is_full: bool
    seed_trials: int
    version: str
    headline: Headline
    table: tuple[ComparisonRow, ...]
    table_note: str
    cost_model: CostModel
    breakdowns: tuple[ArmBreakdown, ...]
    overlap: Overlap
    memory: tuple[MemoryOfRun, ...]
    value_checks: tuple[ValueCheck, ...]
    datasets: tuple[DatasetFacts, ...]
    runs: tuple[RunLine, ...]
    own_cost: tuple[OwnCost, ...]
    machine: Machine | None
    machine_facts: tuple[Fact, ...]
    commands: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every run could be used and no two arms gave different values."""
        agree = all(check.agreement is not Agreement.DIFFERENT for check in self.value_checks)
        return agree and all(run.is_used for run in self.runs)
