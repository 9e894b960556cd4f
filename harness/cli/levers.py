"""`harness levers`: every lever, what it does and needs, and which go together."""

import json
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.cli.plan_options import (
    BackendName,
    Data,
    PlanOptions,
    Sampler,
    Seed,
    Settings,
    Storage,
    Trials,
    Workers,
    plan_of,
)

if TYPE_CHECKING:
    from harness.levers.lever import Lever
    from harness.model.plan import Plan

SCHEMA = 1
_ANY = "any:objective"  # relations are computed from plans; which workload it is makes no difference
_INDENT = "    "


def levers(
    relations: Annotated[
        bool, typer.Option("--relations", help="Show which levers commute, contradict or contain each other.")
    ] = False,
    trials: Trials = 20,
    seed: Seed = 0,
    sampler: Sampler = "tpe",
    storage: Storage = "sqlite",
    backend: BackendName = "threads",
    workers: Workers = 2,
    data: Data = "per_trial",
    settings: Settings = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON, not as text.")] = False,
) -> None:
    """List every lever: what it does, what it requires, what decides on it, and which claims are about it.

    With --relations, which levers go together on a study that is run as the other options say: two threads on SQLite
    unless they are given.
    """
    from harness.cli.terminal import columns
    from harness.levers.registry import all_levers

    options = PlanOptions(
        trials=trials,
        seed=seed,
        sampler=sampler,
        storage=storage,
        backend=backend,
        workers=1 if backend == "serial" else workers,
        data=data,
        settings=tuple(settings or ()),
    )
    plan, found = plan_of(_ANY, options), all_levers()
    if as_json:
        print(json.dumps(plain(found, plan), indent=1, ensure_ascii=False))
    elif relations:
        print("\n".join(matrix(found, plan)))
    else:
        print("\n".join(listing(found, columns())))


def listing(found: "Sequence[Lever]", width: int) -> list[str]:
    """The levers family by family, each in a few lines that fit the width."""
    lines: list[str] = []
    families = dict.fromkeys(one.family for one in found)
    for family in families:
        lines += ["", family.value.upper()] if lines else [family.value.upper()]
        for one in found:
            if one.family is family:
                lines += _said(one, width)
    return [
        *lines,
        "",
        *textwrap.wrap(
            "identical: the same values in the same order; reordered: the same trials in another order; "
            "approximate: another search, compared by what it finds as well as by what it costs.",
            width,
        ),
        "`harness levers --relations` shows which go together.",
    ]


def _said(one: "Lever", width: int) -> list[str]:
    needs = ", ".join(need.value for need in one.requires) or "nothing"
    facts = [f"{one.fidelity.value}; requires {needs}; decides by {one.metric.value}"]
    facts.append(f"claims: {', '.join(one.claims)}" if one.claims else f"no claim: {one.no_claim}")
    lines = textwrap.wrap(one.summary, width, initial_indent=f"  {one.name:<20}", subsequent_indent=" " * 22)
    for fact in facts:
        lines += textwrap.wrap(fact, width, initial_indent=" " * 22, subsequent_indent=" " * 24, break_on_hyphens=False)
    return lines


def matrix(found: "Sequence[Lever]", plan: "Plan") -> list[str]:
    """How each lever goes with each other, a sign for each pair: the row's lever beside the column's."""
    letters = [chr(ord("a") + place) for place in range(len(found))]
    widest = max(len(one.name) for one in found)
    lines = [f"{'':{widest}}     {' '.join(letters)}"]
    for letter, first in zip(letters, found, strict=True):
        signs = [" " if first is second else _sign(first, second, plan) for second in found]
        lines.append(f"{first.name:{widest}}  {letter}  {' '.join(signs)}")
    return [
        *lines,
        "",
        f"On a study in {plan.workers} {plan.backend.value}, kept in {plan.storage.value}:"
        if plan.workers > 1
        else f"On a study in one process, kept in {plan.storage.value}:",
        "  .  commute: together in either order, they give the same plan",
        "  x  contradict: one undoes the other",
        "  >  contains: the row's does all that the column's does",
        "  <  contained: the column's does all that the row's does",
        "  -  one of them changes nothing on this study",
        "  ?  one of them cannot be pulled on this study",
    ]


def _sign(first: "Lever", second: "Lever", plan: "Plan") -> str:
    from harness.levers.relations import Relation, relation

    found = relation(first, second, plan)
    match found:
        case Relation.COMMUTE:
            return "."
        case Relation.CONTRADICT:
            return "x"
        case Relation.CONTAINS:
            return ">"
        case Relation.CONTAINED:
            return "<"
        case Relation.IDLE:
            return "-"
        case Relation.UNKNOWN:
            return "?"


def plain(found: "Sequence[Lever]", plan: "Plan") -> dict[str, Any]:
    """The levers and the relation of every pair of them, as JSON holds it."""
    from itertools import combinations

    from harness.levers.relations import relation
    from harness.model.codec import encode

    return {
        "schema": SCHEMA,
        "kind": "levers",
        "levers": [
            {
                "name": one.name,
                "family": one.family.value,
                "fidelity": one.fidelity.value,
                "summary": one.summary,
                "requires": [need.value for need in one.requires],
                "metric": one.metric.value,
                "touches": list(one.touches),
                "claims": list(one.claims),
                "no_claim": one.no_claim,
            }
            for one in found
        ],
        "plan": encode(plan),
        "relations": [
            {"first": one.name, "second": other.name, "relation": relation(one, other, plan).value}
            for one, other in combinations(found, 2)
        ],
    }
