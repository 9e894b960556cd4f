"""Levers on features: what a marked pure function does when it is called again."""

from dataclasses import replace

from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.traits import Requirement
from harness.model.plan import FeatureAccess, Plan
from harness.units import parse_bytes

FEATURE_SPANS = ("feature",)


def memo(size: str | None = None) -> Lever:
    """`size` bounds what a process keeps: "64MiB"."""

    def change(plan: Plan) -> Plan:
        bound = plan.memo_bytes if size is None else parse_bytes(size)
        return replace(plan, features=FeatureAccess.MEMO, memo_bytes=bound)

    return Lever(
        name="memo",
        family=Family.FEATURES,
        fidelity=Fidelity.IDENTICAL,
        summary="Keeps what features gave, per process, up to a bound in bytes; what was used longest ago goes first.",
        change=change,
        requires=(Requirement.FEATURE,),
        touches=FEATURE_SPANS,
        claims=("cache-calculations",),
        argument=size,
    )


PRECOMPUTE = Lever(
    name="precompute",
    family=Family.FEATURES,
    fidelity=Fidelity.IDENTICAL,
    summary="Computes each feature's declared grid once, before the first trial, for all workers to map.",
    change=lambda plan: replace(plan, features=FeatureAccess.PRECOMPUTE),
    requires=(Requirement.GRID,),
    touches=FEATURE_SPANS,
    claims=("precompute-indicators",),
)
