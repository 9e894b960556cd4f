"""Loads a plan's workload into this process, its studies held back, and settles which way its values are better."""

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from harness.attach.importing import studies_held_back
from harness.errors import InputError
from harness.model.directions import Direction, Directions, DirectionSource, assumed, directions_from
from harness.model.plan import Plan
from harness.registry import is_registered
from harness.workloads.base import Workload, workload_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A workload in this process, and which way its values are better."""

    workload: Workload
    directions: Directions


def loaded(plan: Plan) -> Loaded:
    """The workload of a plan. Raises InputError for a module that runs a study of its own while it is imported."""
    if is_registered(plan.workload):
        workload = workload_of(plan)
        return Loaded(workload=workload, directions=directions_of(plan, workload))
    with _as_imported(), studies_held_back(plan.workload.partition(":")[0]) as seen:
        workload = workload_of(plan)
    return Loaded(workload=workload, directions=directions_of(plan, workload, seen.directions))


def directions_of(plan: Plan, workload: Workload, created: Sequence[tuple[str, ...]] = ()) -> Directions:
    """Which way the workload's values are better, and who says so: the plan, the workload, its module, or nobody.

    `created` has those of the studies that the module created when it was imported.

    Raises InputError where the plan says something else than the workload, or needs what nobody says.
    """
    own = workload.ways
    if plan.directions is not None:
        if own and own != plan.directions.each:
            said, asked = (_words(ways) for ways in (own, plan.directions.each))
            raise InputError(f"{plan.workload} says itself that its values are to {said}, not {asked}")
        return plan.directions
    if own:
        return Directions(each=own, source=DirectionSource.WORKLOAD)
    seen = _of_module(plan.workload) or _agreed(created)
    if seen is not None:
        return Directions(each=seen, source=DirectionSource.STUDY)
    if plan.needs_direction:
        raise InputError(
            f"{plan.workload} does not say which way its values are better, and what a search finds is judged by that: "
            "add --direction minimize or --direction maximize (a lever that changes the search takes one "
            "value)"
        )
    return assumed(1)


def _words(ways: Sequence[Direction]) -> str:
    return ", ".join(way.value for way in ways)


def _agreed(created: Sequence[tuple[str, ...]]) -> tuple[Direction, ...] | None:
    return directions_from(created[0], "create_study") if len(set(created)) == 1 else None


@contextmanager
def _as_imported() -> Iterator[None]:
    """The module sees no arguments of ours: what parses its own finds none."""
    before = sys.argv
    sys.argv = before[:1]
    try:
        yield
    finally:
        sys.argv = before


def _of_module(workload: str) -> tuple[Direction, ...] | None:
    """The directions of the studies that the objective's module creates, where its text says so and all agree."""
    if is_registered(workload):
        return None
    module = sys.modules.get(workload.partition(":")[0])
    path = getattr(module, "__file__", None)
    if path is None or not path.endswith(".py"):
        return None
    try:
        return directions_in(Path(path).read_text(encoding="utf-8"), vars(module))
    except (OSError, UnicodeDecodeError):
        return None


def directions_in(source: str, names: Mapping[str, object]) -> tuple[Direction, ...] | None:
    """The directions of all `create_study` calls of a module's text; None where it has none, or they differ.

    `names` are the module's own, for a direction that is one of its constants.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    found = {_of_call(node, names) for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_creation(node)}
    return next(iter(found)) if len(found) == 1 else None


def _is_creation(call: ast.Call) -> bool:
    return getattr(call.func, "attr", getattr(call.func, "id", None)) == "create_study"


def _of_call(call: ast.Call, names: Mapping[str, object]) -> tuple[Direction, ...] | None:
    """The directions that a call states; None where they are known only when it runs."""
    named = {one.arg: one.value for one in call.keywords}
    if None in named:  # **options
        return None
    stated = named.get("directions", named.get("direction"))
    if stated is None:
        return (Direction.MINIMIZE,)
    try:
        return directions_from(_literal(stated, names), "create_study")
    except (InputError, ValueError):
        return None


def _literal(node: ast.expr, names: Mapping[str, object]) -> object:
    """Text, StudyDirection.X, a constant of the module, a list of these, or one times a number; else ValueError."""
    match node:
        case ast.Name() if isinstance(names.get(node.id), str | list | tuple | Enum):
            return names[node.id]
        case ast.Attribute() if getattr(node.value, "attr", getattr(node.value, "id", None)) == "StudyDirection":
            return node.attr
        case ast.List() | ast.Tuple():
            return [_literal(one, names) for one in node.elts]
        case ast.BinOp(op=ast.Mult()):
            each, times = _literal(node.left, names), ast.literal_eval(node.right)
            if isinstance(each, list) and isinstance(times, int):
                return each * times
            raise ValueError("a direction that is known only when it is run")
        case _:
            return ast.literal_eval(node)
