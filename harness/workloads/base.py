"""The workload interface: an objective with its directions, what it works on, and what it needs before a trial."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.errors import InputError
from harness.model.directions import Direction, directions_from
from harness.model.plan import Plan
from harness.registry import instance_of, is_registered, load_workload

Objective = Callable[[Any], float | Sequence[float]]
Way = Direction | Literal["minimize", "maximize"]


def _nothing() -> None:
    """Stands for a warm-up that is not needed."""


def _no_facts() -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What a study optimises.

    `directions` has one for each value of the objective, in Optuna's words: `("minimize", "maximize")`, or "maximize"
    alone. Left out, they are the command line's, or those of the study that the module creates.
    `warm_up` runs once in each process before its first trial: imports and compilation that no trial should pay for.
    `facts` says what the workload works on (sizes, splits, hashes); it is called once and its answer stored.
    """

    name: str
    objective: Objective
    directions: Way | Sequence[Way] = ()
    warm_up: Callable[[], object] = _nothing
    facts: Callable[[], Mapping[str, object]] = _no_facts

    def __post_init__(self) -> None:
        # frozen: what was given in Optuna's words is kept as what it means
        object.__setattr__(self, "directions", directions_from(self.directions, f"a direction of {self.name}"))

    @property
    def ways(self) -> tuple[Direction, ...]:
        """The directions that the workload states; empty where it states none."""
        return directions_from(self.directions, self.name)


def workload_of(plan: Plan) -> Workload:
    """The workload that a plan names: a registered builder given the plan, the user's Workload, or their objective.

    Raises InputError when the name stands for neither.
    """
    found = load_workload(plan.workload)
    if is_registered(plan.workload):
        found = found(plan)
    if isinstance(found, Workload):
        return found
    if inspect.isclass(found) and "__call__" in found.__dict__:  # Optuna's pattern of an objective as a class
        found = instance_of(found, plan.workload)
    if not callable(found) or inspect.isclass(found):
        kind = "a class" if inspect.isclass(found) else f"of type {type(found).__name__}"
        raise InputError(f"{plan.workload!r} is {kind}: name an objective function or a harness.Workload")
    if _takes_nothing(found) and not plan.workload.endswith(")"):
        raise InputError(
            f"{plan.workload!r} takes no trial, so it is no objective: if it returns one, name '{plan.workload}()'"
        )
    if plan.settings:
        names = ", ".join(name for name, _ in plan.settings)
        raise InputError(f"{plan.workload!r} is a plain objective and takes no settings, but the plan has {names}")
    return Workload(name=plan.workload, objective=found)


def _takes_nothing(function: Callable[..., object]) -> bool:
    """Whether a function has no parameter at all, as what makes an objective often has none."""
    try:
        return not inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
