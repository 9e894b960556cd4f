import dataclasses
import json

import pytest

from harness.model.codec import decode, encode
from harness.model.machine import Load, Machine, Processor, Python, SystemMemory, ThreadPool
from harness.model.memory import ProcessMemory, TreeMemory

FULL = Machine(
    processor=Processor(model="Tested", logical_cores=8, physical_cores=4, usable_cores=6, quota_cores=2.5),
    memory=SystemMemory(total_bytes=16 << 30, limit_bytes=2 << 30),
    load=Load(average_1min=0.5, cpu_pressure_percent=1.94, steal_percent=0.2),
    python=Python(implementation="cpython", version="3.11.9", has_gil=True, hash_seed="0", writes_bytecode=True),
    cgroup_version=2,
    thread_settings={"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": None},
    thread_pools=(ThreadPool(library="openblas", threads=8),),
    versions={"optuna": "5.0.0", "ray": None},
)


@pytest.mark.parametrize("machine", [FULL, Machine()])
def test_a_machine_survives_the_record(machine: Machine) -> None:
    assert decode(Machine, json.loads(json.dumps(encode(machine)))) == machine


def test_a_tree_sample_survives_the_record() -> None:
    sample = TreeMemory(
        at_s=1.5,
        processes=(ProcessMemory(pid=7, rss_bytes=10, uss_bytes=None, pss_bytes=None),),
        pss_bytes=None,
        vanished=1,
    )
    assert decode(TreeMemory, json.loads(json.dumps(encode(sample)))) == sample


def test_nothing_is_known_of_a_machine_that_nothing_could_read() -> None:
    machine = Machine()
    assert machine.effective_cores is None
    assert machine.available_bytes is None


@pytest.mark.parametrize(
    ("change", "cores"),
    [({}, 2.5), ({"quota_cores": None}, 6.0), ({"quota_cores": None, "usable_cores": None}, 8.0)],
)
def test_the_tightest_known_limit_decides_on_cores(change: dict[str, None], cores: float) -> None:
    machine = dataclasses.replace(FULL, processor=dataclasses.replace(FULL.processor, **change))
    assert machine.effective_cores == cores


def test_a_limit_above_the_fitted_memory_does_not_make_more_of_it() -> None:
    assert FULL.available_bytes == 2 << 30
    above = dataclasses.replace(FULL, memory=SystemMemory(total_bytes=16 << 30, limit_bytes=64 << 30))
    assert above.available_bytes == 16 << 30


def test_no_field_can_hold_whose_machine_it_is() -> None:
    names = {field.name for field in dataclasses.fields(FULL.platform)} | {
        field.name for field in dataclasses.fields(Machine)
    }
    assert not names & {"node", "host", "hostname", "user", "path"}
