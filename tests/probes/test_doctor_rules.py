import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from harness.model.machine import Load, Machine, Processor, Python, SystemMemory
from harness.probes.doctor import Area, Check, Facts, Status, is_ready, judge
from harness.probes.doctor.facts import (
    Clock,
    Disk,
    MemoryMeters,
    Noise,
    Package,
    Requirement,
    Space,
    Tool,
    Tracing,
)

GOOD = Facts(
    machine=Machine(
        processor=Processor(model="Tested", logical_cores=8, physical_cores=4, usable_cores=8),
        memory=SystemMemory(total_bytes=16 << 30),
        load=Load(
            average_1min=0.1,
            cpu_pressure_percent=0.5,
            memory_pressure_percent=0.0,
            io_pressure_percent=0.0,
            steal_percent=0.0,
        ),
        python=Python(implementation="cpython", version="3.11.9", has_gil=True, hash_seed="0", writes_bytecode=True),
        cgroup_version=2,
        thread_settings={"OMP_NUM_THREADS": "1"},
        thread_pools=(),
    ),
    package=Package(
        is_installed=True,
        wanted_python=">=3.11",
        is_python_met=True,
        requirements=(Requirement(name="optuna", wanted=">=5.0", installed="5.0.0", is_met=True),),
        uncompiled=(),
    ),
    memory=MemoryMeters(
        has_proc=True, reads_own_pss=True, reads_child_pss=True, resets_peak=True, counts_oom_kills=True
    ),
    tracing=Tracing(yama_scope=0, has_capability=False, opens_child=True, has_py_spy=True),
    clocks=(Clock(name="perf_counter", step_s=4e-8, reading_s=6e-8),),
    noise=Noise(
        runs=200,
        median_wall_s=0.005,
        median_cpu_s=0.005,
        wall_spread_percent=1.0,
        cpu_spread_percent=0.5,
        arms_ratio=1.001,
        waiting_percent=0.1,
    ),
    start_methods=("fork", "spawn", "forkserver"),
    shared_memory=Space(total_bytes=8 << 30, free_bytes=8 << 30),
    disk=Disk(is_writable=True, fsync_s=0.001, space=Space(total_bytes=1 << 40, free_bytes=1 << 39)),
    tools=(Tool(name="git", use="revisions", install="install git", has_program=True, has_module=None),),
)


def changed(part: str, **values: Any) -> Facts:
    """GOOD with fields of one part, or of a part of the machine (`machine.load`), replaced."""
    names = part.split(".")
    if len(names) == 1:
        return dataclasses.replace(GOOD, **{part: dataclasses.replace(getattr(GOOD, part), **values)})
    inner = dataclasses.replace(getattr(GOOD.machine, names[1]), **values)
    return dataclasses.replace(GOOD, machine=dataclasses.replace(GOOD.machine, **{names[1]: inner}))


def find(facts: Facts, name: str) -> Check:
    return next(check for check in judge(facts) if check.name == name)


def test_a_machine_that_has_everything_is_ok_throughout() -> None:
    assert [check for check in judge(GOOD) if check.status is not Status.OK] == []
    assert is_ready(judge(GOOD))


def test_checks_come_by_area_and_their_names_are_unique() -> None:
    checks = judge(GOOD)
    areas = [check.area for check in checks]
    assert areas == sorted(areas, key=list(Area).index)
    assert set(areas) == set(Area)
    assert len({check.name for check in checks}) == len(checks)


@pytest.mark.parametrize(
    ("part", "values", "name", "status", "word"),
    [
        ("package", {"is_python_met": False}, "Python", Status.MISSING, ">=3.11"),
        ("package", {"is_installed": False}, "Packages", Status.MISSING, "installed"),
        ("package", {"uncompiled": ("pandas",)}, "Compiled files", Status.LIMITED, "pandas"),
        ("machine.python", {"writes_bytecode": False}, "Compiled files", Status.OK, "PYTHONDONTWRITEBYTECODE"),
        ("machine.python", {"hash_seed": "random"}, "Hash seed", Status.LIMITED, "random"),
        ("machine.python", {"hash_seed": None}, "Hash seed", Status.OK, "not set"),
        ("machine", {"thread_settings": {"OMP_NUM_THREADS": "9"}}, "BLAS threads", Status.LIMITED, "8 usable"),
        ("machine", {"thread_settings": {}}, "BLAS threads", Status.OK, "no setting"),
        ("machine", {"thread_settings": {"OMP_NUM_THREADS": "4,2"}}, "BLAS threads", Status.OK, "4,2"),
        ("machine.processor", {"quota_cores": 1.5}, "Cores", Status.LIMITED, "1.5"),
        ("machine.processor", {"usable_cores": 2}, "Cores", Status.LIMITED, "may use 2"),
        ("machine.processor", {"logical_cores": None}, "Cores", Status.MISSING, "not known"),
        ("machine.memory", {"limit_bytes": 1 << 30}, "Memory", Status.LIMITED, "1.00 GiB"),
        ("machine.memory", {"limit_bytes": 1 << 40}, "Memory", Status.OK, "no lower limit"),
        ("machine.memory", {"total_bytes": None}, "Memory", Status.MISSING, "not known"),
        ("machine", {"cgroup_version": None}, "Memory", Status.LIMITED, "no control group"),
        ("memory", {"reads_own_pss": False}, "PSS and USS", Status.MISSING, "smaps_rollup"),
        ("memory", {"reads_child_pss": False}, "PSS and USS", Status.LIMITED, "children"),
        ("memory", {"resets_peak": False}, "Peak reset", Status.MISSING, "cannot"),
        ("memory", {"counts_oom_kills": False}, "Out-of-memory kills", Status.LIMITED, "not counted"),
        ("memory", {"has_proc": False}, "/proc", Status.MISSING, "None"),
        ("tracing", {"opens_child": False}, "Tracing", Status.MISSING, "does not let"),
        ("tracing", {"opens_child": None}, "Tracing", Status.LIMITED, "not known"),
        ("tracing", {"yama_scope": 1}, "Tracing", Status.LIMITED, "only child"),
        ("tracing", {"yama_scope": None}, "Tracing", Status.OK, "same user"),
        ("tracing", {"yama_scope": 2, "has_capability": True}, "Tracing", Status.OK, "CAP_SYS_PTRACE"),
        ("tracing", {"has_py_spy": False}, "py-spy", Status.MISSING, "not installed"),
        ("tracing", {"opens_child": False}, "py-spy", Status.LIMITED, "may not"),
        ("machine.load", {"cpu_pressure_percent": None}, "Pressure", Status.MISSING, "no /proc/pressure"),
        ("machine.load", {"steal_percent": None}, "Steal", Status.MISSING, "not readable"),
        ("machine.load", {"steal_percent": 9.0}, "Steal", Status.LIMITED, "9.0 %"),
        ("noise", {"cpu_spread_percent": 8.0}, "Noise floor", Status.LIMITED, "CPU 8.0 %"),
        ("noise", {"wall_spread_percent": 20.0}, "Noise floor", Status.LIMITED, "wall 20.0 %"),
        ("noise", {"waiting_percent": 40.0}, "Idle", Status.LIMITED, "40 %"),
        ("machine.load", {"cpu_pressure_percent": 30.0}, "Idle", Status.LIMITED, "pressure 30 %"),
        ("machine.load", {"average_1min": 12.0}, "Idle", Status.LIMITED, "load 12.0"),
        ("disk", {"is_writable": False, "fsync_s": None}, "Record folder", Status.MISSING, "cannot be written"),
        ("disk", {"fsync_s": 0.05}, "Record folder", Status.LIMITED, "50.0 ms"),
        ("disk", {"space": Space(total_bytes=9, free_bytes=9)}, "Record folder", Status.LIMITED, "9.00 B free"),
        ("shared_memory", {"free_bytes": 64 << 20}, "Shared memory", Status.LIMITED, "64.0 MiB"),
    ],
)
def test_what_is_short_is_judged_and_named(
    part: str, values: Mapping[str, Any], name: str, status: Status, word: str
) -> None:
    check = find(changed(part, **values), name)
    assert check.status is status
    assert word in check.found


def test_a_package_out_of_range_is_named_with_what_is_wanted() -> None:
    old = Requirement(name="optuna", wanted=">=5.0", installed="4.9.0", is_met=False)
    absent = Requirement(name="rich", wanted="", installed=None, is_met=False)
    check = find(changed("package", requirements=(old, absent)), "Packages")
    assert check.status is Status.MISSING
    assert check.found == "optuna 4.9.0 (wanted >=5.0); rich absent (wanted any)"
    assert check.advice == "pip install 'optuna>=5.0' 'rich'"


def test_a_coarse_clock_is_told_with_the_stretch_it_can_measure() -> None:
    facts = dataclasses.replace(GOOD, clocks=(Clock(name="thread_time", step_s=0.015, reading_s=1e-7),))
    check = find(facts, "thread_time")
    assert check.status is Status.LIMITED
    assert check.advice is not None
    assert "1.50 s" in check.advice


def test_a_start_method_that_is_lacking_is_named() -> None:
    check = find(dataclasses.replace(GOOD, start_methods=("spawn",)), "Start methods")
    assert check.status is Status.LIMITED
    assert check.found == "spawn; no fork, forkserver"


def test_no_shared_memory_file_system_is_missing_but_not_required() -> None:
    facts = dataclasses.replace(GOOD, shared_memory=None)
    assert find(facts, "Shared memory").status is Status.MISSING
    assert is_ready(judge(facts))


@pytest.mark.parametrize(
    ("has_program", "has_module", "status", "found"),
    [
        (True, True, Status.OK, "program found, Python module found"),
        (True, False, Status.LIMITED, "program found, no Python module"),
        (False, False, Status.MISSING, "no program, no Python module"),
        (None, False, Status.MISSING, "no Python module"),
        (None, True, Status.OK, "Python module found"),
    ],
)
def test_an_optional_tool_is_never_required(
    has_program: bool | None, has_module: bool | None, status: Status, found: str
) -> None:
    tool = Tool(
        name="Redis", use="a journal", install="pip install redis", has_program=has_program, has_module=has_module
    )
    facts = dataclasses.replace(GOOD, tools=(tool,))
    check = find(facts, "Redis")
    assert (check.status, check.found) == (status, found)
    assert is_ready(judge(facts))


@pytest.mark.parametrize(
    "facts",
    [
        changed("package", is_installed=False),
        changed("package", is_python_met=False),
        changed("disk", is_writable=False, fsync_s=None),
    ],
)
def test_only_what_is_required_makes_a_machine_unready(facts: Facts) -> None:
    assert not is_ready(judge(facts))


def test_a_check_that_is_not_ok_must_show_a_way_out() -> None:
    with pytest.raises(ValueError, match="advice"):
        Check(area=Area.DISK, name="x", status=Status.MISSING, found="gone")
    with pytest.raises(ValueError, match="advice"):
        Check(area=Area.DISK, name="x", status=Status.OK, found="here", advice="do")
