import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.model.machine import Load, Machine
from harness.probes.machine import DISTRIBUTIONS, installed_version, read_machine
from harness.probes.pressure import CpuTicks, read_cpu_ticks, read_load, steal_percent
from harness.probes.procfs import field, kib_bytes, read_number, read_text
from harness.probes.threadpools import SETTINGS, loaded_pools, pool_libraries

Plant = Callable[[Mapping[str, str]], Path]

LINUX = {
    "proc/meminfo": "MemTotal:       24684096 kB\nMemFree:        1 kB\n",
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: Tested 9000: rev B\n\nprocessor\t: 1\nmodel name\t: Other\n",
    "proc/loadavg": "0.50 0.40 0.30 2/311 4711\n",
    "proc/stat": "cpu  100 10 50 800 20 0 10 10 30 5\ncpu0 1 1 1 1 1 1 1 1 1 1\n",
    "proc/pressure/cpu": "some avg10=1.94 avg60=0.40 avg300=0.39 total=3964703\nfull avg10=7.00 avg60=0 total=0\n",
    "proc/pressure/memory": "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
    "proc/self/cgroup": "0::/job\n",
    "proc/self/maps": "",
    "sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
    "sys/fs/cgroup/job/memory.max": "1073741824\n",
    "sys/fs/cgroup/job/cpu.max": "150000 100000\n",
    "sys/devices/system/cpu/online": "0-2,5\n",
    "sys/devices/system/cpu/cpu0/topology/core_cpus_list": "0-1\n",
    "sys/devices/system/cpu/cpu1/topology/core_cpus_list": "0-1\n",
    "sys/devices/system/cpu/cpu2/topology/thread_siblings_list": "2,5\n",
    "sys/devices/system/cpu/cpu5/topology/thread_siblings_list": "2,5\n",
    "sys/devices/system/cpu/cpufreq/policy0": "",
}


@pytest.fixture
def linux(plant: Plant) -> Machine:
    root = plant(LINUX)
    environment = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "4"}
    return read_machine(proc=root / "proc", sys=root / "sys", environment=environment)


def test_cores_are_counted_online_physical_and_by_quota(linux: Machine) -> None:
    assert linux.processor.logical_cores == 4
    assert linux.processor.physical_cores == 2
    assert linux.processor.quota_cores == 1.5
    assert linux.processor.model == "Tested 9000: rev B"


def test_memory_is_read_with_its_limit(linux: Machine) -> None:
    assert linux.memory.total_bytes == 24_684_096 * 1024
    assert linux.memory.limit_bytes == 1 << 30
    assert linux.cgroup_version == 2


def test_load_pressure_and_steal_are_read(linux: Machine) -> None:
    load = linux.load
    assert (load.average_1min, load.average_5min, load.average_15min) == (0.5, 0.4, 0.3)
    assert (load.cpu_pressure_percent, load.memory_pressure_percent, load.io_pressure_percent) == (1.94, 0.0, None)
    assert load.steal_percent == 1.0  # 10 of 1,000 ticks: guest time is part of user time and not counted again


def test_the_environment_is_the_one_given(linux: Machine) -> None:
    assert linux.python.hash_seed == "0"
    assert linux.python.writes_bytecode is False
    assert linux.thread_settings == {name: ("4" if name == "OMP_NUM_THREADS" else None) for name in SETTINGS}


def test_an_empty_variable_counts_as_unset_as_it_does_for_python(tmp_path: Path) -> None:
    python = read_machine(
        proc=tmp_path, sys=tmp_path, environment={"PYTHONHASHSEED": "", "PYTHONDONTWRITEBYTECODE": ""}
    ).python
    assert python.hash_seed is None
    assert python.writes_bytecode is True


def test_without_proc_and_sys_what_they_tell_reads_none(tmp_path: Path) -> None:
    machine = read_machine(proc=tmp_path, sys=tmp_path, environment={})
    assert machine.memory.total_bytes is None
    assert machine.memory.limit_bytes is None
    assert machine.processor.model is None
    assert machine.processor.physical_cores is None
    assert machine.processor.quota_cores is None
    assert machine.load == Load()
    assert machine.cgroup_version is None
    assert machine.thread_pools is None
    assert machine.python.version == ".".join(str(part) for part in sys.version_info[:3])


@pytest.mark.parametrize(
    "damaged",
    [
        {"proc/stat": "", "proc/loadavg": "", "proc/pressure/cpu": "", "proc/meminfo": "MemTotal: many kB\n"},
        {"proc/stat": "cpu 1 2\n", "proc/loadavg": "x y z\n", "proc/pressure/cpu": "some avg10=\n"},
        {"proc/stat": "intr 1 2 3 4 5 6 7 8 9\n", "proc/loadavg": "0.1\n", "proc/pressure/cpu": "full avg10=1\n"},
    ],
)
def test_files_of_another_form_read_none_and_never_raise(plant: Plant, damaged: dict[str, str]) -> None:
    root = plant({**damaged, "sys/devices/system/cpu/online": "all\n", "proc/self/cgroup": "nonsense\n"})
    machine = read_machine(proc=root / "proc", sys=root / "sys", environment={})
    assert machine.load == Load()
    assert machine.memory.total_bytes is None
    assert machine.cgroup_version is None


def test_versions_come_from_metadata_and_none_means_not_installed(linux: Machine) -> None:
    assert set(linux.versions) == set(DISTRIBUTIONS)
    assert linux.versions["optuna"] is not None
    assert installed_version("no-such-distribution-of-ours") is None


@pytest.mark.process
def test_reading_the_machine_imports_none_of_what_it_reports_on() -> None:
    code = (
        "import sys; from harness.probes.machine import read_machine; read_machine();"
        "print(*sorted({'numpy', 'optuna', 'pandas', 'psutil'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_steal_between_two_readings_is_a_share_of_their_difference() -> None:
    before, after = CpuTicks(total=1000, steal=10), CpuTicks(total=1200, steal=60)
    assert steal_percent(before, after) == 25.0
    assert steal_percent(after, after) is None
    assert steal_percent(None, after) is None


def test_ticks_of_a_real_form_are_summed_without_guest_time(plant: Plant) -> None:
    root = plant({"stat": LINUX["proc/stat"]})
    assert read_cpu_ticks(root) == CpuTicks(total=1000, steal=10)
    assert read_load(root).average_1min is None


def test_pools_are_known_by_their_library_once_each() -> None:
    maps = (
        "7f00-7f01 r-xp 00000000 fe:00 11 /a b/numpy.libs/libscipy_openblas64_-56d6093b.so\n"
        "7f01-7f02 r--p 00001000 fe:00 11 /a b/numpy.libs/libscipy_openblas64_-56d6093b.so\n"
        "7f02-7f03 r-xp 00000000 fe:00 12 /usr/lib/libgomp.so.1.0.0\n"
        "7f03-7f04 rw-p 00000000 00:00 0 \n"
        "7f04-7f05 r--p 00000000 fe:00 13 /home/someone/openblas.txt\n"
    )
    assert [(path, library) for path, library, _ in pool_libraries(maps)] == [
        ("/a b/numpy.libs/libscipy_openblas64_-56d6093b.so", "openblas"),
        ("/usr/lib/libgomp.so.1.0.0", "openmp-gnu"),
    ]


def test_a_library_that_is_gone_or_silent_is_left_out(plant: Plant) -> None:
    root = plant({"self/maps": "7f00-7f01 r-xp 0 fe:00 1 /x/libgomp.so.1\n7f00-7f01 r-xp 0 fe:00 2 /x/libmkl_rt.so\n"})

    class Silent:
        pass

    def load(path: str) -> Silent:
        if "gomp" in path:
            raise OSError(path)
        return Silent()

    assert loaded_pools(root, load) == ()  # type: ignore[arg-type]


def test_a_loaded_pool_is_asked_for_its_size(plant: Plant) -> None:
    root = plant({"self/maps": "7f00-7f01 r-xp 0 fe:00 1 /x/libopenblas.so.0\n"})

    class OpenBlas:
        @staticmethod
        def openblas_get_num_threads() -> int:
            return 6

    pools = loaded_pools(root, lambda path: OpenBlas())  # type: ignore[arg-type,return-value]
    assert pools is not None
    assert [(pool.library, pool.threads) for pool in pools] == [("openblas", 6)]


def test_fields_are_found_by_their_whole_name(plant: Plant) -> None:
    text = "VmPeak:\t  10 kB\nVmHWM:\t  20 kB\nThreads:\t3\n"
    assert kib_bytes(text, "VmHWM") == 20 * 1024
    assert kib_bytes(text, "Vm") is None
    assert kib_bytes(text, "Threads") is None  # not a size
    assert field(text, "Threads") == "3"
    assert field(None, "Threads") is None


def test_a_file_that_cannot_be_read_is_none(plant: Plant) -> None:
    root = plant({"max": "max\n", "seven": "7\n"})
    assert read_text(root / "absent") is None
    assert read_text(root) is None  # a folder
    assert read_number(root / "max") is None
    assert read_number(root / "seven") == 7
