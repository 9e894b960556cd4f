"""Levers on the search: fewer data for early trials, narrower ranges, early ends. Each finds something else."""

from dataclasses import replace

from harness.errors import InputError
from harness.levers.lever import Family, Fidelity, Lever
from harness.levers.schedule import SEED_SCHEDULE, fitted, in_portion, parse_schedule
from harness.levers.traits import Requirement
from harness.model.plan import Plan
from harness.model.search import Carry, Portion, Racing, Search, Stage

_WIDTHS = (1.0, 0.5, 0.25)  # of each range, in three stages
_SHARE = 0.25
_VALIDATED = 5
_REPEATS = 8  # blocks: fewer than 4 can never differ at the Wilcoxon pruner's 10 %, and half of 8 are saved then


def progressive(schedule: str | None = None) -> Lever:
    """`schedule` is TRIALS@SHARE joined by "+", and "/none", "/best" or "/history" for what a stage hands on.

    Its trials are proportions: all stages together have as many as the plan, so that budgets compare. "/blocks" at its
    end, or "blocks" alone, takes shares as blocks spread over the data.
    """

    def change(plan: Plan) -> Plan:
        text, portion = in_portion(schedule, plan.search.portion)
        stages, carry = parse_schedule(text) if text is not None else (SEED_SCHEDULE, Carry.BEST)
        return _with(plan, replace(plan.search, stages=fitted(stages, plan.trials), carry=carry, portion=portion))

    return Lever(
        name="progressive",
        family=Family.SEARCH,
        fidelity=Fidelity.APPROXIMATE,
        summary="Searches in stages on growing shares of the data: 25 trials on 10 %, 25 on 50 %, 50 on all.",
        change=change,
        requires=(Requirement.SOURCE, Requirement.ONE_OBJECTIVE),
        claims=("progressive-gain", "progressive-phase-2", "progressive-conclusion"),
        argument=schedule,
    )


def _narrowing(plan: Plan) -> Plan:
    stages = tuple(Stage(trials=1, width=width) for width in _WIDTHS)
    return _with(plan, replace(plan.search, stages=fitted(stages, plan.trials), carry=Carry.HISTORY))


COARSE_FINE = Lever(
    name="coarse-fine",
    family=Family.SEARCH,
    fidelity=Fidelity.APPROXIMATE,
    summary="Searches in three stages, each in half of the ranges before, round the best point so far.",
    change=_narrowing,
    requires=(Requirement.ONE_OBJECTIVE,),
    claims=("coarse-fine",),
)


def subsample(share: str | None = None) -> Lever:
    """`share` of the data: "0.25"."""

    def change(plan: Plan) -> Plan:
        part = _SHARE if share is None else _share(share)
        stages = plan.search.stages or (Stage(trials=plan.trials),)
        cut = tuple(replace(stage, share=min(stage.share, part)) for stage in stages)
        validated = max(plan.search.validated, _VALIDATED)
        return _with(plan, replace(plan.search, stages=cut, portion=Portion.BLOCKS, validated=validated))

    return Lever(
        name="subsample",
        family=Family.SEARCH,
        fidelity=Fidelity.APPROXIMATE,
        summary="Searches on contiguous blocks spread over the data, a quarter of it; the best 5 are run on all of it.",
        change=change,
        requires=(Requirement.SOURCE, Requirement.ONE_OBJECTIVE),
        claims=("sampling-exploration",),
        argument=share,
    )


def racing(pruner: str | None = None) -> Lever:
    """`pruner` is "halving", "median" or "wilcoxon"; the last judges on single blocks, of which it needs some.

    "/blocks" at its end, or "blocks" alone, takes shares as blocks spread over the data.
    """

    def change(plan: Plan) -> Plan:
        text, portion = in_portion(pruner, plan.search.portion)
        kind = _pruner(text or Racing.HALVING.value)
        if kind is not Racing.WILCOXON:
            return _with(plan, replace(plan.search, racing=kind, portion=portion))
        blocks = max(plan.search.blocks, _REPEATS)
        return _with(plan, replace(plan.search, racing=kind, portion=Portion.BLOCKS, blocks=blocks))

    return Lever(
        name="racing",
        family=Family.SEARCH,
        fidelity=Fidelity.APPROXIMATE,
        summary="Judges each trial on 10 %, 30 % and all of the data, and lets Optuna's pruner end the poor ones.",
        change=change,
        requires=(Requirement.SOURCE, Requirement.ONE_OBJECTIVE, Requirement.NO_REPORTS),
        no_claim="the seed does not know it; it is the peer that its progressive search has to beat",
        argument=pruner,
    )


def _with(plan: Plan, search: Search) -> Plan:
    return replace(plan, search=search, trials=search.trials or plan.trials)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise InputError(f"a share of the data is a number between 0 and 1, not {text!r}: subsample:0.25")
    return share


def _pruner(text: str) -> Racing:
    known = [kind.value for kind in Racing if kind is not Racing.NONE]
    if text not in known:
        raise InputError(f"racing takes {', '.join(known)}, not {text!r}: racing:halving")
    return Racing(text)
