"""Levers on data: what a marked source does when it is called again."""

from dataclasses import replace

from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.traits import Requirement
from harness.model.metric import Metric
from harness.model.plan import DataAccess, Plan
from harness.model.record import LOAD_SPANS


def reuse(source: str | None = None) -> Lever:
    """Acts on `source` alone where one is named."""
    return Lever(
        name="reuse",
        family=Family.DATA,
        fidelity=Fidelity.IDENTICAL,
        summary="Loads each source once per process and hands out the same object again.",
        change=lambda plan: _with(plan, DataAccess.REUSE, source),
        requires=(Requirement.SOURCE,),
        touches=LOAD_SPANS,
        claims=("reuse-gain", "reuse-phase-2"),
        argument=source,
        mark=source,
    )


def shared(source: str | None = None) -> Lever:
    """Acts on `source` alone where one is named."""
    return Lever(
        name="shared",
        family=Family.DATA,
        fidelity=Fidelity.IDENTICAL,
        summary="Loads each source once for all workers, which map its columns read-only from one file.",
        change=lambda plan: _with(plan, DataAccess.SHARED, source),
        requires=(Requirement.SOURCE,),
        metric=Metric.MEMORY,
        claims=("shared-gain",),
        argument=source,
        mark=source,
    )


def _with(plan: Plan, access: DataAccess, source: str | None) -> Plan:
    named = plan.only if source is None else (*plan.only, source)
    only = tuple(sorted(set(named)))
    if plan.data is DataAccess.SHARED and only == plan.only:
        return plan  # what is shared is reused already
    return replace(plan, data=access, only=only)
