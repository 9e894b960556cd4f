"""The summary of a comparison: every number and sentence, decided once; the renderers only format it."""

from dataclasses import dataclass
from enum import Enum

from harness.report.quantity import Measure


class Ruling(Enum):
    """What is said of a lever."""

    FASTER = "less"  # it takes less of what decides
    SLOWER = "more"
    SAME = "no difference"  # within the margin
    INCONCLUSIVE = "inconclusive"
    NOT_RULED = "not ruled"  # the comparison is not sound
    OUT = "withdrawn"  # its arm gave other values, or died


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricLine:
    """One metric of a lever: with and without it."""

    metric: str
    label: str
    decides: bool
    before: Measure
    after: Measure
    ratio: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The ratio of one pair, by the deciding metric."""

    pair: int  # from 1
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentLine:
    """What a lever acts on: its CPU without and with it, and its share of the whole."""

    name: str
    before: Measure
    after: Measure
    ratio: Measure
    share: Measure
    least_ratio: Measure  # of the whole, were the component free
    is_exceeded: bool  # beyond doubt more was saved than that
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverLine:
    """A lever, or all together, compared by cost."""

    name: str
    levers: tuple[str, ...]
    ruling: Ruling
    sentence: str
    metric: str  # that decides
    metric_label: str
    ratio: Measure
    confidence: float | None  # of its interval
    adjusted_p: float | None
    pairs: int
    more_pairs: int | None
    component: ComponentLine | None
    metrics: tuple[MetricLine, ...]
    samples: tuple[Sample, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLine:
    """The A/A arm or the slowed one, by one metric."""

    name: str
    metric_label: str
    ratio: Measure
    expected_low: float | None
    expected_high: float | None
    is_as_it_should_be: bool
    sentence: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step of a waterfall: the plan with one lever more."""

    name: str
    cost: Measure  # of a run, by the metric of the waterfall
    ratio: Measure  # over the step before
    total: Measure  # over the first


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionLine:
    """What levers do together beyond what each does."""

    name: str
    ratio: Measure
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceLine:
    """Whether a lever still pays once another is on."""

    lever: str
    other: str
    alone: Measure
    together: Measure
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A search with one seed: (CPU seconds so far, score on all the data from then on), and its end."""

    seed: int
    with_lever: bool
    points: tuple[tuple[float, float], ...]
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLine:
    """A lever that changes the search."""

    name: str
    ruling: Ruling
    sentence: str
    seeds: int
    confidence: float
    maximise: bool
    budget: Measure
    score_before: Measure  # for the same CPU
    score_after: Measure
    score_difference: Measure
    regret_before: Measure
    regret_after: Measure
    cpu_ratio: Measure
    time_ratio: Measure  # to the quality that the search without it ends with
    reached: int  # seeds that got there
    curves: tuple[Curve, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLine:
    """One run."""

    block: int  # from 1
    place: int
    arm: str
    run: str
    cpu: Measure
    wall: Measure
    memory: Measure
    died: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name and what is said of it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSummary:
    """All that the report on a comparison says."""

    id: str
    version: str
    started_s: float
    workload: str
    design: str
    trials: int
    pairs: int
    planned_pairs: int
    effect: float
    alpha: float
    is_sound: bool
    is_finished: bool
    headline: str
    statements: tuple[str, ...]
    warnings: tuple[str, ...]  # what a reader must know before a number
    levers: tuple[LeverLine, ...]
    total: LeverLine | None
    controls: tuple[ControlLine, ...]
    steps: tuple[StepLine, ...]
    interactions: tuple[InteractionLine, ...]
    once: tuple[OnceLine, ...]
    searches: tuple[SearchLine, ...]
    skipped: tuple[Named, ...]
    values: str
    how: tuple[str, ...]  # it was measured, a sentence each
    looks: tuple[str, ...]
    machinery_share: Measure
    startup: Measure  # wall of all cells until their first trials
    machine_facts: tuple[Named, ...]
    settings: tuple[Named, ...]
    arms: tuple[Named, ...]  # and what each of them is
    cells: tuple[CellLine, ...]
    command: str
