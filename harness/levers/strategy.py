"""Levers on the reference workload's strategy: the same trades to the last bit, computed in other ways."""

from dataclasses import replace

from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.traits import Requirement
from harness.model.plan import Plan, Setting

STRATEGY_SPANS = ("indicators", "strategy", "scoring", "feature")


def _with(plan: Plan, name: str, value: Setting) -> Plan:
    settings = dict(plan.settings)
    settings[name] = value
    return replace(plan, settings=tuple(settings.items()))


STREAMING = Lever(
    name="streaming",
    family=Family.STRATEGY,
    fidelity=Fidelity.IDENTICAL,
    summary="Computes the strategy bar by bar with indicator objects, the form that trades live.",
    change=lambda plan: _with(plan, "rung", "streaming"),
    requires=(Requirement.RUNG,),
    touches=STRATEGY_SPANS,
    claims=("strategy-optimised",),
)


COMPILED = Lever(
    name="compiled",
    family=Family.STRATEGY,
    fidelity=Fidelity.IDENTICAL,
    summary="Computes the strategy in one compiled pass over the bars.",
    change=lambda plan: _with(plan, "rung", "compiled"),
    requires=(Requirement.RUNG,),
    touches=STRATEGY_SPANS,
    claims=("strategy-not-bottleneck",),
)
