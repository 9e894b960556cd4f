"""The workload interface: an objective with its directions, what it works on, and what it needs before a trial."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from harness.errors import InputError
from harness.model.plan import Plan
from harness.registry import is_registered, load_workload

Objective = Callable[[Any], float | Sequence[float]]


class Direction(Enum):
    """Which way an objective's value is better, in Optuna's words."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


def _nothing() -> None:
    """Stands for a warm-up that is not needed."""


def _no_facts() -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What a study optimises.

    `warm_up` runs once in each process before its first trial: imports and compilation that no trial should pay for.
    `facts` says what the workload works on (sizes, splits, hashes); it is called once and its answer stored.
    """

    name: str
    objective: Objective
    directions: tuple[Direction, ...] = (Direction.MINIMIZE,)
    warm_up: Callable[[], object] = _nothing
    facts: Callable[[], Mapping[str, object]] = _no_facts


def workload_of(plan: Plan) -> Workload:
    """The workload that a plan names: a registered builder given the plan, the user's Workload, or their objective.

    Raises InputError when the name stands for neither.
    """
    found = load_workload(plan.workload)
    if is_registered(plan.workload):
        found = found(plan)
    if isinstance(found, Workload):
        return found
    if not callable(found):
        kind = type(found).__name__
        raise InputError(f"{plan.workload!r} is a {kind}: name an objective function or a harness.Workload")
    if plan.settings:
        names = ", ".join(name for name, _ in plan.settings)
        raise InputError(f"{plan.workload!r} is a plain objective and takes no settings, but the plan has {names}")
    return Workload(name=plan.workload, objective=found)
