"""From levers to arms: which apply, which contradict, and the plans that a design makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from harness.errors import InputError
from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.relations import pull
from harness.levers.traits import Traits
from harness.model.comparison import Aim, Answering, Arm, ArmRole, Design, Skipped
from harness.model.plan import Plan, WorkerRule
from harness.registry import did_you_mean
from harness.runner.comparing.recording import replayed
from harness.runner.comparing.request import Request
from harness.runner.comparing.traits import hoped_for, spelled_out

BASELINE, SEARCHING = "baseline", "baseline, searching"
MOST_FACTORS = 4  # sixteen arms
Settle = Callable[[Plan], tuple[Plan, str]]  # carries a worker rule out, and says why it came to that


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The levers that apply, and those that do not, each with why."""

    levers: tuple[Lever, ...]
    skipped: tuple[Skipped, ...]


def refuse(request: Request) -> None:
    """Raise InputError for what can be refused before anything runs: contradictions, and levers the plan excludes."""
    if request.design is Design.FACTORIAL and len(request.levers) > MOST_FACTORS:
        raise InputError(
            f"a factorial of {len(request.levers)} levers has {2 ** len(request.levers)} arms: "
            f"name at most {MOST_FACTORS}, or take --design leave-one-out"
        )
    if not request.alternatives:
        try:
            pull(request.base, [one for one in request.levers if _taken(one, request.base)])
        except InputError as refusal:
            way_out = "; to compare each alone with the baseline, add --alternatives"
            raise InputError(f"{refusal}{way_out if request.design is Design.ONE_AT_A_TIME else ''}") from None
    choose(request, hoped_for(request.base), lambda plan: (plan, ""))


def see_that_marks_are_called(request: Request, traits: Traits) -> None:
    """Raise InputError for a lever on one source or feature where the first run called none of that name.

    Where it called none at all, the lever does not apply. What a few trials did not call, the others may call.
    """
    for one in request.levers:
        on_data = one.family is Family.DATA
        kind, called = ("source", traits.sources) if on_data else ("feature", traits.features)
        other, others = ("feature", traits.features) if on_data else ("source", traits.sources)
        if one.mark is None or not called or one.mark in called:
            continue
        if one.mark not in others and not traits.is_whole:
            continue
        what = f", which is a {other}" if one.mark in others else did_you_mean(one.mark, called)
        raise InputError(
            f"{one.label}: {request.base.workload} calls no {kind} {one.mark!r}{what}: it calls {', '.join(called)}"
        )


def choose(request: Request, traits: Traits, settle: Settle) -> Chosen:
    """Sort out the levers that apply; raises InputError where none does."""
    plan, levers, skipped = request.base, list[Lever](), list[Skipped]()
    for one in request.levers:
        why = one.refusal(plan, traits) or _idle(one, plan, settle)
        if why is not None:
            skipped.append(Skipped(lever=one.label, why=why))
            continue
        levers.append(one)
        if request.design is Design.CUMULATIVE:  # each is pulled on what those before it made
            plan = one(plan)
    if not levers:
        reasons = "; ".join(f"{one.lever}: {one.why}" for one in skipped)
        raise InputError(f"none of these levers applies to {request.base.workload}: {reasons}")
    return Chosen(levers=tuple(levers), skipped=tuple(skipped))


def arms_of(request: Request, levers: Sequence[Lever], comparison: str, settle: Settle) -> tuple[Arm, ...]:
    """Every arm of a comparison, the baseline and the controls first.

    Controls replay; where levers change the search, there is a baseline that searches as well. Controls repeat the
    baseline, but in a waterfall its last step: there a baseline may take hundreds of times as long, and noise is
    largest, in relation, where a run is shortest.
    """
    combined = _combinations(request.design, levers)
    answers = [_answering(request.design, levers, combination) for combination in combined]
    base = replayed(request.base, comparison)
    arms = [_arm(BASELINE, ArmRole.BASELINE, base)]
    last = last_step(request, levers, settle)
    if last is not None:
        arms += _controls(replayed(last, comparison), request.aim, of=_name(request.design, levers, combined[-1]))
    else:
        arms += _controls(base, request.aim, of=None)
    if Answering.QUALITY in answers:
        arms.append(replace(_arm(SEARCHING, ArmRole.BASELINE, request.base), answering=Answering.QUALITY))
    for combination, answering in zip(combined, answers, strict=True):
        plan = _settled(pull(request.base, combination), settle)[0]
        arms.append(
            Arm(
                name=_name(request.design, levers, combination),
                role=ArmRole.LEVERS,
                levers=tuple(one.label for one in combination),
                plan=plan if answering is Answering.QUALITY else replayed(plan, comparison),
                answering=answering,
            )
        )
    return tuple(arms)


def last_step(request: Request, levers: Sequence[Lever], settle: Settle) -> Plan | None:
    """The plan that controls repeat where it is not the baseline's: of a waterfall by cost, with all its levers."""
    if request.design is not Design.CUMULATIVE or _answering(request.design, levers, levers) is Answering.QUALITY:
        return None
    return _settled(pull(request.base, levers), settle)[0]


def _controls(plan: Plan, aim: Aim, of: str | None) -> list[Arm]:
    """The A/A arm and the slowed one."""
    repeated, slowed = of or BASELINE, replace(plan, slowdown=aim.slowdown)
    return [
        replace(_arm(f"{repeated} again", ArmRole.SAME, plan), of=of),
        replace(_arm(f"{repeated}, slowed", ArmRole.SLOWED, slowed), of=of),
    ]


def _combinations(design: Design, levers: Sequence[Lever]) -> list[tuple[Lever, ...]]:
    """The sets of levers that are pulled together; the empty one is the baseline's."""
    match design:
        case Design.ONE_AT_A_TIME:
            return [(one,) for one in levers]
        case Design.LEAVE_ONE_OUT:
            fewer = [tuple(other for other in levers if other is not one) for one in levers]
            return [tuple(levers), *(combination for combination in fewer if combination)]
        case Design.FACTORIAL:
            return [found for size in range(1, len(levers) + 1) for found in combinations(levers, size)]
        case Design.CUMULATIVE:
            return [tuple(levers[: size + 1]) for size in range(len(levers))]


def _answering(design: Design, levers: Sequence[Lever], combination: Sequence[Lever]) -> Answering:
    """Arms that are compared with each other are compared by the same: one lever that searches makes all search."""
    compared = combination if design is Design.ONE_AT_A_TIME else levers
    return Answering.QUALITY if any(one.fidelity is Fidelity.APPROXIMATE for one in compared) else Answering.COST


def _name(design: Design, levers: Sequence[Lever], combination: Sequence[Lever]) -> str:
    if design is Design.LEAVE_ONE_OUT and len(levers) > 1:
        left_out = [one.label for one in levers if one not in combination]
        return f"all without {left_out[0]}" if left_out else "all"
    return " + ".join(one.label for one in combination)


def _arm(name: str, role: ArmRole, plan: Plan) -> Arm:
    return Arm(name=name, role=role, levers=(), plan=plan)


def _taken(one: Lever, plan: Plan) -> bool:
    """Whether the lever applies to the plan, whatever the workload is: what does not apply contradicts nothing."""
    return one.refusal(plan, hoped_for(plan)) is None


def _idle(one: Lever, plan: Plan, settle: Settle) -> str | None:
    """Why pulling the lever would change nothing, or cannot be done; None where it does something."""
    try:
        pulled = one(plan)
    except InputError as refusal:
        return str(refusal)
    settled, why = _settled(pulled, settle)
    if settled.worker_rule is not plan.worker_rule and not why:
        return None  # what the rule comes to is not known yet
    if spelled_out(replace(settled, worker_rule=plan.worker_rule)) == spelled_out(plan):
        return f"it changes nothing here: {why or 'the study is run that way already'}"
    return None


def _settled(plan: Plan, settle: Settle) -> tuple[Plan, str]:
    return (plan, "") if plan.worker_rule is WorkerRule.GIVEN else settle(plan)
