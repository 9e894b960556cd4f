"""How two levers go together on a plan: computed from what they make of it, never listed by hand."""

from collections.abc import Sequence
from enum import Enum
from itertools import combinations

from harness.errors import InputError
from harness.levers.lever import Lever
from harness.model.plan import Plan


class Relation(Enum):
    """Of two levers, from the plans that both orders of pulling them give."""

    COMMUTE = "commute"  # the same plan in either order, with both in it
    CONTRADICT = "contradict"  # one undoes the other, or the plan refuses both
    CONTAINS = "contains"  # the first does all that the second does
    CONTAINED = "contained"  # the second does all that the first does
    IDLE = "idle"  # one of them changes nothing on this plan
    UNKNOWN = "unknown"  # one of them cannot be pulled on this plan at all


def relation(first: Lever, second: Lever, plan: Plan) -> Relation:
    """What two levers are to each other on `plan`."""
    alone = _pulled(plan, first), _pulled(plan, second)
    if alone[0] is None or alone[1] is None:
        return Relation.UNKNOWN
    if plan in alone:
        return Relation.IDLE
    one_way, other_way = _pulled(plan, first, second), _pulled(plan, second, first)
    if one_way is None or one_way != other_way:
        return Relation.CONTRADICT
    if one_way == alone[0]:
        return Relation.CONTAINS
    if one_way == alone[1]:
        return Relation.CONTAINED
    return Relation.COMMUTE


def pull(plan: Plan, levers: Sequence[Lever]) -> Plan:
    """The plan with all levers pulled, one after the other; raises InputError where two contradict on it."""
    for first, second in combinations(levers, 2):
        if relation(first, second, plan) is Relation.CONTRADICT:
            raise InputError(f"the levers {first.label} and {second.label} contradict: {_why(first, second, plan)}")
    for one in levers:
        plan = one(plan)
    return plan


def _why(first: Lever, second: Lever, plan: Plan) -> str:
    try:
        one_way, other_way = second(first(plan)), first(second(plan))
    except InputError as refusal:
        return str(refusal)
    from dataclasses import fields

    apart = [field.name for field in fields(Plan) if getattr(one_way, field.name) != getattr(other_way, field.name)]
    return f"both decide on {' and '.join(apart)}; pull one of them"


def _pulled(plan: Plan, *levers: Lever) -> Plan | None:
    try:
        for one in levers:
            plan = one(plan)
    except InputError:
        return None
    return plan
