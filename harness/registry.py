"""Names to the things they stand for: built-in and entry-point workloads, and `module:attribute` of the user's own."""

import ast
import difflib
import inspect
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.errors import InputError

ENTRY_POINTS = "harness.workloads"
BUILT_IN: Mapping[str, str] = {
    "calibration": "harness.workloads.calibration.workload:build",
    "topstepb": "harness.workloads.topstepb.workload:build",
}


def workload_names() -> tuple[str, ...]:
    """Every name that `load_workload` accepts beside `module:attribute`, sorted."""
    installed = {entry.name for entry in entry_points(group=ENTRY_POINTS)}
    return tuple(sorted({*BUILT_IN, *installed}))


def is_registered(name: str) -> bool:
    """A registered name stands for a builder, `module:attribute` for an objective or a Workload."""
    return ":" not in name


def load_workload(name: str, folder: Path | None = None) -> Any:
    """What `name` stands for. `module:attribute` is looked up from `folder` (the current directory) first.

    Raises InputError when there is no such name, module or attribute. An error inside the user's own module rises
    as it is: it is theirs to read.
    """
    if is_registered(name):
        return load_attribute(_registered(name))
    place = str(folder or Path.cwd())
    if place not in sys.path:
        sys.path.insert(0, place)
    return load_attribute(name)


def load_attribute(address: str) -> Any:
    """The object at "module:attribute"; dots walk into it, and parentheses call it with literal arguments.

    `module:Class.method` is the method of `Class()`, `module:factory()` and `module:Class("a", n=3)` what they return.
    """
    module_name, _, attribute = address.partition(":")
    if not module_name or not attribute or module_name.startswith("."):
        raise InputError(f"{address!r} is not of the form module:attribute")
    steps = _steps(address, attribute)
    module = _module(module_name, address)
    found: Any = module
    for step in steps:
        found = _walked(found, step, module, address)
    return found


@dataclass(frozen=True, slots=True)
class _Call:
    """A call in an address, with its literal arguments."""

    args: tuple[object, ...]
    kwargs: Mapping[str, object]


def _steps(address: str, attribute: str) -> list[str | _Call]:
    """Names to walk and calls to make, in order."""
    refusal = f"{address!r} is not of the form module:attribute, module:Class.method or module:factory(1, name='text')"
    try:
        node: ast.expr = ast.parse(attribute, mode="eval").body
    except (SyntaxError, ValueError):
        raise InputError(refusal) from None
    steps: list[str | _Call] = []
    while not isinstance(node, ast.Name):
        try:
            if isinstance(node, ast.Attribute):
                steps.append(node.attr)
                node = node.value
            elif isinstance(node, ast.Call):
                args = tuple(ast.literal_eval(one) for one in node.args)
                steps.append(_Call(args, {str(one.arg): ast.literal_eval(one.value) for one in node.keywords}))
                node = node.func
            else:
                raise InputError(refusal)
        except ValueError:
            raise InputError(f"{refusal}: its arguments are plain values") from None
    steps.append(node.id)
    return steps[::-1]


def _module(module_name: str, address: str) -> ModuleType:
    try:
        return import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name + ".").startswith(error.name + "."):
            raise
        raise InputError(
            f"there is no module {error.name!r} here (for {address!r}): run from the folder it is in, or install it"
        ) from error


def _walked(found: Any, step: str | _Call, module: ModuleType, address: str) -> Any:
    if isinstance(step, _Call):
        if not callable(found):
            raise InputError(
                f"{address!r}: what stands before the parentheses, of type {type(found).__name__}, cannot be called"
            )
        return found(*step.args, **step.kwargs)
    if not hasattr(found, step):
        known = [name for name in dir(found) if not name.startswith("__")]
        hint = _inside(module, step) or did_you_mean(step, known)
        attribute = address.partition(":")[2]
        raise InputError(f"module {module.__name__!r} has no attribute {attribute!r}{hint}")
    is_method = inspect.isclass(found) and inspect.isfunction(inspect.getattr_static(found, step, None))
    return getattr(instance_of(found, address) if is_method else found, step)


def instance_of(kind: type, address: str) -> Any:
    """An instance of a user's class that needs no arguments; raises InputError saying how to give them."""
    try:
        inspect.signature(kind).bind()
    except (TypeError, ValueError):
        module, name = address.partition(":")[0], kind.__name__
        raise InputError(
            f"{address!r}: {name} needs arguments: give plain ones in the name, as in '{module}:{name}(3)', or write "
            f"a function in {module} that makes one and calls it with the trial"
        ) from None
    return kind()


def _inside(module: ModuleType, name: str) -> str:
    """A clause for a function that exists only inside another one of the module."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return ""
    for outer in ast.walk(tree):
        if not isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for inner in ast.walk(outer):
            if isinstance(inner, ast.FunctionDef) and inner is not outer and inner.name == name:
                return (
                    f": {name} is defined inside {outer.name}(): move it to the level of the module, or let "
                    f"{outer.name} return it and name '{module.__name__}:{outer.name}()'"
                )
    return ""


def _registered(name: str) -> str:
    if name in BUILT_IN:
        return BUILT_IN[name]
    for entry in entry_points(group=ENTRY_POINTS, name=name):
        return entry.value
    known = workload_names()
    raise InputError(
        f"no workload is called {name!r}{did_you_mean(name, known)}; known are {', '.join(known)}, "
        "or name your own as module:attribute"
    )


def did_you_mean(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """A clause for the end of a refusal: the known name that is nearest, without those that are private; or nothing."""
    close = difflib.get_close_matches(name, [item for item in known if not item.startswith("_")], n=1, cutoff=cutoff)
    return f" (did you mean {close[0]!r}?)" if close else ""
