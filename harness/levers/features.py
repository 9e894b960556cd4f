"""Levers on features: what a marked pure function does when it is called again."""

from dataclasses import replace

from harness.errors import InputError
from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.traits import Requirement
from harness.model.plan import FeatureAccess, Plan
from harness.units import parse_bytes

FEATURE_SPANS = ("feature",)


def memo(argument: str | None = None) -> Lever:
    """Acts on one feature where one is named, and within a bound where one is given: "ema", "64MiB", "ema/64MiB"."""
    feature, bound = _parted(argument)

    def change(plan: Plan) -> Plan:
        changed = _with(plan, FeatureAccess.MEMO, feature)
        return changed if bound is None else replace(changed, memo_bytes=bound)

    return Lever(
        name="memo",
        family=Family.FEATURES,
        fidelity=Fidelity.IDENTICAL,
        summary="Keeps what features gave, per process, up to a bound in bytes; what was used longest ago goes first.",
        change=change,
        requires=(Requirement.FEATURE,),
        touches=FEATURE_SPANS,
        claims=("cache-calculations",),
        argument=argument,
        mark=feature,
    )


def precompute(feature: str | None = None) -> Lever:
    """Acts on `feature` alone where one is named."""
    return Lever(
        name="precompute",
        family=Family.FEATURES,
        fidelity=Fidelity.IDENTICAL,
        summary="Computes each feature's declared grid once, before the first trial, for all workers to map.",
        change=lambda plan: _with(plan, FeatureAccess.PRECOMPUTE, feature),
        requires=(Requirement.GRID,),
        touches=FEATURE_SPANS,
        claims=("precompute-indicators",),
        argument=feature,
        mark=feature,
    )


def _with(plan: Plan, access: FeatureAccess, feature: str | None) -> Plan:
    only = plan.only if feature is None else (*plan.only, feature)
    return replace(plan, features=access, only=tuple(sorted(set(only))))


def _parted(argument: str | None) -> tuple[str | None, int | None]:
    if argument is None:
        return None, None
    name, slash, size = argument.partition("/")
    if slash:
        return name or None, parse_bytes(size)
    try:
        return None, parse_bytes(argument)
    except InputError:
        if argument[:1].isdigit():  # a size that was mistyped; no function's name begins like that
            raise
        return argument, None
