"""The summary of a scaling: every number and sentence that its report shows, decided here once."""

from dataclasses import dataclass

from harness.report.quantity import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLine:
    """What the runs of one size in one worker say. Seconds per trial."""

    size: float
    label: str
    runs: int
    cpu: Measure
    wall: Measure
    fitted: Measure  # CPU by the law
    is_held_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LawLine:
    """How one part of a trial grows."""

    name: str
    share: Measure  # of the trial's CPU on the largest size
    smallest: Measure  # on the smallest size
    largest: Measure  # on the largest
    fixed: Measure
    slope: Measure  # per unit of size; None where the law is a power
    exponent: Measure
    growth: str  # in a word or two
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A prediction beside what came of it."""

    quantity: str
    foretold: Measure
    measured: Measure
    runs: tuple[float, ...]
    inside: int
    fell: str  # inside, below or above
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadLine:
    """What a trial takes on more data than there was, should the law go on."""

    size: float
    label: str
    cpu: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLine:
    """Growth with the number of trials, on one size or over all."""

    label: str
    runs: int
    per_thousand: Measure
    first: Measure  # CPU of a trial at the study's start


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLine:
    """One number of workers."""

    workers: int
    runs: int
    trials_per_s: Measure
    speedup: Measure
    efficiency: Measure
    cpu_ratio: Measure
    busy_cores: Measure
    trial_wall: Measure
    extra_cpu: Measure  # what a trial takes more than alone, and what of it is what
    extra_queue: Measure
    extra_storage: Measure
    extra_other: Measure
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPart:
    """All about workers."""

    kind: str  # threads or processes
    size: str
    lines: tuple[WorkerLine, ...]
    serial: Measure
    contention: Measure  # of the universal scalability law
    coherency: Measure
    best: int
    enough: int
    verdict: str
    curve: tuple[tuple[float, float], ...]  # workers and trials per second, by the law


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor of a ratio of totals."""

    name: str
    ratio: Measure
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPart:
    """A ratio of totals and what it is made of."""

    title: str
    total: Measure
    factors: tuple[Factor, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One run, as it was carried out."""

    stage: str
    block: int  # from 1
    arm: str
    cpu: Measure
    wall: Measure
    died: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line of the figure: seconds of CPU per trial by size, straight between its points on both logarithms."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the figure of growth is drawn from; CPU per trial."""

    runs: tuple[tuple[float, float], ...]  # fitted before the prediction
    after: tuple[tuple[float, float], ...]  # of the size held out
    law: Curve
    phases: tuple[Curve, ...]  # the largest first
    foretold: Measure | None  # at `foretold_size`
    foretold_size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingSummary:
    """The whole report."""

    id: str
    version: str
    started_s: float
    workload: str
    unit: str
    headline: str
    statements: tuple[str, ...]
    warnings: tuple[str, ...]
    is_sound: bool  # every run ended well, and there are enough to say something
    sizes: tuple[SizeLine, ...]
    laws: tuple[LawLine, ...]
    held: tuple[HeldLine, ...]
    ahead: tuple[AheadLine, ...]
    trials: tuple[TrialLine, ...]
    workers: WorkerPart | None
    split: SplitPart | None
    picture: Picture | None
    runs: tuple[RunLine, ...]
    basis: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    command: str
