"""What figures are drawn from: stretches, points and frames, already thinned to what a figure can show."""

from dataclasses import dataclass

from harness.model.record import TrialState


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A bar of a lane: one trial, or where trials are dense the share of a stretch that lies in trials of a state."""

    start_s: float  # since the timeline's zero
    end_s: float
    state: TrialState
    trial: int | None  # its number; None for a dense stretch
    busy_share: float  # 1 for a trial
    below_share: float  # where its bar begins in the lane's height


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One thread of a process."""

    label: str
    process: int  # pid
    trials: int
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """When trials ran, by thread; zero is when the first process was ready."""

    statement: str
    note: str  # how to read a bar
    span_s: float
    is_dense: bool
    lanes: tuple[Lane, ...]
    lanes_left_out: int
    states: tuple[TrialState, ...]  # that occur


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePoint:
    """A trial, or the middle of a group of trials in the order of their start."""

    trial: float
    middle_s: float
    low_s: float  # 10th percentile of the group
    high_s: float  # 90th


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the cost of a trial runs over the study."""

    statement: str
    note: str
    trials_per_point: int
    durations: tuple[CoursePoint, ...]
    sampler: tuple[CoursePoint, ...]  # empty where it was not watched


@dataclass(frozen=True, slots=True, kw_only=True)
class FlameFrame:
    """A frame of the flame graph, laid out: shares of the whole width."""

    label: str
    depth: int
    start_share: float
    share: float
    s_per_trial: float | None  # of a graph of time
    size_bytes: float | None  # of a graph of allocations
    is_user: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Flame:
    """The flame graph from the root down; what is too thin to see is left out and counted."""

    frames: tuple[FlameFrame, ...]
    depth: int
    left_out: int
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSample:
    """A sample of the process tree."""

    at_s: float
    pss_bytes: int
    processes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePoint:
    """RSS of a process after one of its trials."""

    trial: int  # the how manieth of the process
    rss_bytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPicture:
    """RSS of one process after each trial, and the Theil-Sen line through it."""

    pid: int
    trials: int
    points: tuple[SizePoint, ...]
    line: tuple[SizePoint, ...]  # both ends; empty without a slope
