"""Names to the things they stand for: built-in and entry-point workloads, and `module:attribute` of the user's own."""

import difflib
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
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
    """The object at "module:attribute"; dots in the attribute walk into it."""
    module_name, _, attribute = address.partition(":")
    if not module_name or not attribute or module_name.startswith("."):
        raise InputError(f"{address!r} is not of the form module:attribute")
    try:
        found = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name + ".").startswith(error.name + "."):
            raise
        raise InputError(
            f"there is no module {error.name!r} here (for {address!r}): run from the folder it is in, or install it"
        ) from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise InputError(f"module {module_name!r} has no attribute {attribute!r}{did_you_mean(part, dir(found))}")
        found = getattr(found, part)
    return found


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
