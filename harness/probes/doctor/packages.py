"""What the harness's own metadata asks for, against what is installed; no package is imported."""

import importlib.util
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement as Wanted
from packaging.specifiers import SpecifierSet

from harness.probes.doctor.facts import Package, Requirement
from harness.probes.machine import installed_version

__all__ = ["read_package", "uncompiled"]

DISTRIBUTION = "study-harness"
LARGE = ("numpy", "pandas", "optuna", "scipy", "matplotlib")  # whose start-up suffers most without .pyc files


def read_package(distribution: str = DISTRIBUTION) -> Package:
    """The range of each requirement outside extras, and whether what is installed lies in it."""
    try:
        own = metadata.metadata(distribution)
    except metadata.PackageNotFoundError:
        return Package(is_installed=False, wanted_python="", is_python_met=True, requirements=(), uncompiled=())
    python = next(iter(own.get_all("Requires-Python") or ()), "")
    lines = metadata.requires(distribution) or []
    wanted = [Wanted(line) for line in lines]
    return Package(
        is_installed=True,
        wanted_python=python,
        is_python_met=SpecifierSet(python).contains(".".join(map(str, sys.version_info[:3])), prereleases=True),
        requirements=tuple(_judge(one) for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})),
        uncompiled=uncompiled(LARGE),
    )


def uncompiled(modules: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the packages whose `__init__.py` has no compiled file beside it for this interpreter."""
    found = []
    for module in modules:
        spec = importlib.util.find_spec(module)
        origin = spec.origin if spec is not None else None
        if origin is None or not origin.endswith(".py"):
            continue
        if not Path(importlib.util.cache_from_source(origin)).exists():
            found.append(module)
    return tuple(found)


def _judge(wanted: Wanted) -> Requirement:
    installed = installed_version(wanted.name)
    return Requirement(
        name=wanted.name,
        wanted=str(wanted.specifier),
        installed=installed,
        is_met=installed is not None and wanted.specifier.contains(installed, prereleases=True),
    )
