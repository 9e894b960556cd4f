"""Reads the machine into one frozen value: cheap enough for every run, without importing what it reports on."""

import os
import platform
import sys as interpreter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from harness.model.machine import Machine, Platform, Processor, Python, SystemMemory
from harness.probes.cgroup import find_cgroup, memory_limit_bytes, quota_cores
from harness.probes.pressure import read_load
from harness.probes.procfs import PROC, SYS, field, kib_bytes, read_text
from harness.probes.threadpools import SETTINGS, loaded_pools

__all__ = ["DISTRIBUTIONS", "installed_version", "read_machine"]

DISTRIBUTIONS = ("study-harness", "optuna", "numpy", "pandas", "pyarrow", "numba", "scipy", "sqlalchemy")
"""The distributions whose versions change what a study costs or what its numbers are."""


def read_machine(*, proc: Path = PROC, sys: Path = SYS, environment: Mapping[str, str] | None = None) -> Machine:
    """The machine as this process sees it. Never raises: what cannot be read is None.

    `proc` and `sys` are the roots of the two file systems; `environment` is this process's own unless given.
    """
    settings = os.environ if environment is None else environment
    memory_group = find_cgroup("memory", proc, sys)
    return Machine(
        platform=_read_platform(),
        processor=_read_processor(proc, sys),
        memory=SystemMemory(
            total_bytes=kib_bytes(read_text(proc / "meminfo"), "MemTotal"),
            limit_bytes=memory_limit_bytes(memory_group),
        ),
        load=read_load(proc),
        python=_read_python(settings),
        cgroup_version=memory_group.version if memory_group is not None else None,
        thread_settings={name: settings.get(name) for name in SETTINGS},
        thread_pools=loaded_pools(proc),
        versions={name: installed_version(name) for name in DISTRIBUTIONS},
    )


@cache
def installed_version(distribution: str) -> str | None:
    """The installed version of a distribution, by its metadata; None when it is not installed."""
    from importlib import metadata  # some 20 ms of imports, mail parsing among them

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _read_platform() -> Platform:
    # os.uname() where there is one: platform.uname() may start a process to learn the processor's name.
    names = os.uname() if hasattr(os, "uname") else platform.uname()
    system = names.sysname if isinstance(names, os.uname_result) else names.system
    return Platform(system=system or None, release=names.release or None, architecture=names.machine or None)


def _read_processor(proc: Path, sys: Path) -> Processor:
    return Processor(
        model=_processor_model(proc),
        logical_cores=_logical_cores(sys) or os.cpu_count(),
        physical_cores=_physical_cores(sys),
        usable_cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        quota_cores=quota_cores(find_cgroup("cpu", proc, sys)),
    )


def _processor_model(proc: Path) -> str | None:
    """The first core's name. ARM's cpuinfo has none, and its `Hardware` line is gone since Linux 6."""
    return field(read_text(proc / "cpuinfo"), "model name")


def _logical_cores(sys: Path) -> int | None:
    """Cores in a list such as `0-3,8`. os.cpu_count() comes second: PYTHON_CPU_COUNT may override it."""
    text = (read_text(sys / "devices" / "system" / "cpu" / "online") or "").strip()
    try:
        spans = [tuple(int(end) for end in part.split("-")) for part in text.split(",")]
    except ValueError:
        return None
    return sum(span[-1] - span[0] + 1 for span in spans)


def _physical_cores(sys: Path) -> int | None:
    """Distinct sets of hardware threads that share a core, over the cores online."""
    siblings = set()
    for topology in (sys / "devices" / "system" / "cpu").glob("cpu[0-9]*/topology"):
        # core_cpus_list took over from thread_siblings_list in Linux 5.2.
        text = read_text(topology / "core_cpus_list") or read_text(topology / "thread_siblings_list")
        if text is not None:
            siblings.add(text)
    return len(siblings) or None


def _read_python(environment: Mapping[str, str]) -> Python:
    has_gil = getattr(interpreter, "_is_gil_enabled", None)  # since 3.13; before it there was always one
    return Python(
        implementation=interpreter.implementation.name,
        version=".".join(str(part) for part in interpreter.version_info[:3]),
        has_gil=True if has_gil is None else bool(has_gil()),
        hash_seed=environment.get("PYTHONHASHSEED") or None,
        writes_bytecode=not environment.get("PYTHONDONTWRITEBYTECODE"),
    )
