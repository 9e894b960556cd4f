"""What a lever may require of a workload and of the plan it is run by, and what a first run showed of them."""

from dataclasses import dataclass
from enum import Enum

from harness.model.plan import Backend, Plan, StorageKind

LARGE_ROWS = 100_000  # the seed's own bound
LARGE_ATTRIBUTE_BYTES = 1024  # of JSON: below it a marker saves little, and reading it costs more than it saves


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """A workload as one run of it showed it; None where that run could not tell."""

    sources: tuple[str, ...] = ()  # marked with harness.source and called, by qualified name
    features: tuple[str, ...] = ()  # marked with harness.feature and called
    gridded: tuple[str, ...] = ()  # of these, the ones that declare a grid
    rows: int | None = None  # of the largest source
    attributes_per_trial: float | None = None
    largest_attribute_bytes: int | None = None  # of trials' user attributes, as JSON
    reports: bool | None = None  # intermediate values, by itself
    objectives: int = 1
    settings: tuple[str, ...] = ()  # names that the workload's own settings have
    is_whole: bool = True  # the run had every trial of the plan: a few may not show what the others do


class Requirement(Enum):
    """What must hold before a lever is worth running."""

    SOURCE = "a marked source"
    FEATURE = "a marked feature"
    GRID = "a feature with a declared grid"
    THREADS = "threads"
    PROCESSES = "processes"
    WORKERS = "several workers"
    DURABLE = "a durable storage"
    SQLITE = "SQLite"
    LARGE_ATTRIBUTE = "a large attribute"
    LARGE = "a large dataset"
    ONE_OBJECTIVE = "one objective"
    NO_REPORTS = "no reports of its own"
    RUNG = "the reference workload"

    def refusal(self, plan: Plan, traits: Traits) -> str | None:
        """Why it does not hold, as a clause; None where it does."""
        said = _of_plan(self, plan)
        return said if said is not None else _of_workload(self, traits)


def _of_plan(requirement: Requirement, plan: Plan) -> str | None:
    match requirement:
        case Requirement.THREADS if plan.backend is not Backend.THREADS:
            return "the study does not run in threads: give --backend threads --workers N"
        case Requirement.PROCESSES if plan.backend is not Backend.PROCESSES:
            return "the study does not run in processes: give --backend processes --workers N"
        case Requirement.WORKERS if plan.workers < 2:
            return "the study has one worker: give --backend processes (or threads) --workers N"
        case Requirement.DURABLE if plan.storage is StorageKind.MEMORY:
            return "the study is kept in memory, where nothing is written: give --storage sqlite or journal"
        case Requirement.SQLITE if plan.storage is not StorageKind.SQLITE:
            return f"the study is kept in {plan.storage.value}: give --storage sqlite"
        case _:
            return None


def _of_workload(requirement: Requirement, traits: Traits) -> str | None:
    match requirement:
        case Requirement.SOURCE if not traits.sources:
            return "its objective calls no function marked with @harness.source"
        case Requirement.FEATURE if not traits.features:
            return "its objective calls no function marked with @harness.feature"
        case Requirement.GRID if not traits.gridded:
            return "no feature that it calls declares a grid: @harness.feature(grid=[...])"
        case Requirement.LARGE_ATTRIBUTE:
            return _of_attributes(traits)
        case Requirement.LARGE if traits.rows is not None and traits.rows <= LARGE_ROWS:
            return f"its largest source has {traits.rows:,} rows, and more than {LARGE_ROWS:,} are large"
        case Requirement.LARGE if traits.rows is None:
            return "how many rows its data has is not known: mark the function that loads it with @harness.source"
        case Requirement.ONE_OBJECTIVE if traits.objectives > 1:
            return f"it has {traits.objectives} objectives, and best is defined for one"
        case Requirement.NO_REPORTS if traits.reports:
            return "its objective reports intermediate values itself, which would mix with the shares'"
        case Requirement.RUNG if "rung" not in traits.settings:
            return "it is a change to the reference workload's strategy (topstepb)"
        case _:
            return None


def _of_attributes(traits: Traits) -> str | None:
    """What is not known does not refuse: it may be large."""
    if traits.attributes_per_trial == 0 and traits.is_whole:
        return "its trials write no attributes"
    largest = traits.largest_attribute_bytes
    if largest is None or largest > LARGE_ATTRIBUTE_BYTES:
        return None
    return (
        f"the largest attribute of its trials has {largest:,} bytes as JSON, and those of more than "
        f"{LARGE_ATTRIBUTE_BYTES:,} are compressed"
    )
