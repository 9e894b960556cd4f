"""Cases of levers: each pulled and not, on a study in which it has something to act on.

A lever that searches in another way (APPROXIMATE) cannot be judged by its time alone: its regret stands beside it, and
`harness compare` judges it.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

from cases.bars import LARGE, MARKETS, SMALL
from cases.case import Case
from cases.studies import BUDGET_S, carry_out, machine, unseen
from harness.levers.lever import Family, Lever
from harness.levers.registry import all_levers
from harness.model.plan import Backend, Plan, SamplerKind, StorageKind
from harness.model.record import Record
from harness.runner.launch import Site
from harness.runner.searching.legs import rows_planned
from harness.runner.workers import resolved_plan
from harness.workloads.topstepb.rungs import Rung
from harness.workloads.topstepb.settings import Attributes, Settings

_SLOW_BARS = 2_000  # of the rung as found, which takes 80 us for each
_TRIALS, _FEW, _SEARCHED = 10, 4, 20


def base_of(one: Lever) -> Plan:
    """The study as it is without the lever."""
    match one.family:
        case Family.COLLECTOR:
            return _study(SMALL, trials=_TRIALS)
        case Family.DATA:
            return _study(LARGE, trials=_TRIALS)
        case Family.FEATURES | Family.STRATEGY:
            return _study(SMALL, trials=_FEW, first=_SLOW_BARS, rung=Rung.AS_FOUND)
        case Family.WORKERS:
            return _in_workers(one)
        case Family.STORAGE:
            return replace(_study(SMALL, trials=_FEW, attributes=Attributes.SEPARATE), storage=StorageKind.SQLITE)
        case Family.SEARCH | Family.PRESET:
            return replace(_study(LARGE, trials=_SEARCHED), sampler=SamplerKind.TPE)


def _in_workers(one: Lever) -> Plan:
    if one.name == "forkserver":
        return replace(_study(SMALL, trials=_TRIALS), backend=Backend.PROCESSES, workers=2)
    bars, workers = (LARGE, 6) if one.name == "cap-large" else (SMALL, 2 if one.name == "processes" else 6)
    return replace(_study(bars, trials=_TRIALS), backend=Backend.THREADS, workers=workers)


def _study(
    bars: int,
    *,
    trials: int,
    first: int = 0,
    rung: Rung = Rung.COMPILED,
    attributes: Attributes = Attributes.ONE,
) -> Plan:
    settings = Settings(bars=MARKETS[bars], first=first, rung=rung, attributes=attributes)
    return Plan(
        workload="topstepb",
        trials=trials,
        sampler=SamplerKind.NUMBERED,
        storage=StorageKind.JOURNAL,
        timeout_s=BUDGET_S,
        settings=settings.as_plan_settings(),
    )


def _begin(plan: Plan, label: str, root: Path) -> partial[Record]:
    decided, _ = resolved_plan(plan, Site(root=root, machine=machine()), unseen)
    return partial(carry_out, decided, root, label)


def _case(one: Lever, *, is_on: bool) -> Case:
    base = base_of(one)
    plan = one(base) if is_on else base
    name = f"{one.name}-{'on' if is_on else 'off'}"
    bars = LARGE if dict(base.settings)["bars"] == MARKETS[LARGE] else SMALL
    return Case(group="lever", name=name, bars=bars, trials=rows_planned(plan), begin=partial(_begin, plan, name))


CASES = tuple(_case(one, is_on=is_on) for one in all_levers() for is_on in (False, True))
