"""A lever: an optimisation as a change to a plan, with its fidelity, its requirements and the metric that decides."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from harness.levers.traits import Requirement, Traits
from harness.model.metric import Metric
from harness.model.plan import Plan


class Fidelity(Enum):
    """What a lever does to the search, and so what may be compared."""

    IDENTICAL = "identical"  # the same values in the same order: compare cost
    REORDERED = "reordered"  # the same trials in another order: compare cost, values by trial number
    APPROXIMATE = "approximate"  # another search: compare cost and quality together


class Family(Enum):
    """What part of a study a lever changes."""

    COLLECTOR = "collector"
    DATA = "data"
    FEATURES = "features"
    WORKERS = "workers"
    STORAGE = "storage"
    SEARCH = "search"
    PRESET = "preset"
    STRATEGY = "strategy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One optimisation.

    `change` is pure; it raises InputError where the plan cannot take it (its sentence says why). `claims` are ids of
    claims of the built-in ledger about it, or `no_claim` says why there is none.
    """

    name: str
    family: Family
    fidelity: Fidelity
    summary: str  # what it does, in one sentence
    change: Callable[[Plan], Plan]
    requires: tuple[Requirement, ...] = ()
    metric: Metric = Metric.CPU  # which decides whether it pays
    touches: tuple[str, ...] = ()  # spans of a trial that it can act on: their share is its ceiling; empty: all of it
    claims: tuple[str, ...] = ()
    no_claim: str | None = None
    argument: str | None = None  # as given after the colon
    mark: str | None = None  # the one source or feature that it acts on; None: all

    @property
    def label(self) -> str:
        """The lever as it is written on the command line."""
        return self.name if self.argument is None else f"{self.name}:{self.argument}"

    def __call__(self, plan: Plan) -> Plan:
        return self.change(plan)

    def refusal(self, plan: Plan, traits: Traits) -> str | None:
        """Why the lever does not apply to a workload run by a plan, as a clause; None where it does."""
        return next((why for need in self.requires if (why := need.refusal(plan, traits)) is not None), None)
