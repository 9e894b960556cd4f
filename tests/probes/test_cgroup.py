from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.probes.cgroup import find_cgroup, memory_limit_bytes, oom_kills, quota_cores

Plant = Callable[[Mapping[str, str]], Path]
V1_UNLIMITED = "9223372036854771712\n"


def test_version_2_takes_the_tightest_limit_on_the_way_to_the_root(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/cgroup": "0::/user.slice/job\n",
            "sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
            "sys/fs/cgroup/user.slice/memory.max": "1073741824\n",
            "sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
            "sys/fs/cgroup/user.slice/job/memory.max": "2147483648\n",
            "sys/fs/cgroup/user.slice/job/cpu.max": "150000 100000\n",
        }
    )
    group = find_cgroup("memory", root / "proc", root / "sys")
    assert group is not None
    assert group.version == 2
    assert [level.name for level in group.levels] == ["job", "user.slice", "cgroup"]
    assert memory_limit_bytes(group) == 1 << 30
    assert quota_cores(group) == 1.5


def test_version_1_keeps_each_controller_in_its_own_tree(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/cgroup": "4:memory:/job\n3:cpu,cpuacct:/job\n0::/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": V1_UNLIMITED,
            "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "536870912\n",
            "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "50000\n",
            "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        }
    )
    memory = find_cgroup("memory", root / "proc", root / "sys")
    assert memory is not None
    assert memory.version == 1
    assert memory_limit_bytes(memory) == 512 << 20
    assert quota_cores(find_cgroup("cpu", root / "proc", root / "sys")) == 0.5


def test_no_limit_reads_none_in_both_versions(plant: Plant) -> None:
    root = plant(
        {
            "one/proc/self/cgroup": "4:memory:/\n2:cpu:/\n",
            "one/sys/fs/cgroup/memory/memory.limit_in_bytes": V1_UNLIMITED,
            "one/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
            "one/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "two/proc/self/cgroup": "0::/job\n",
            "two/sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
            "two/sys/fs/cgroup/job/memory.max": "max\n",
            "two/sys/fs/cgroup/job/cpu.max": "max 100000\n",
        }
    )
    for kind in ("one", "two"):
        memory = find_cgroup("memory", root / kind / "proc", root / kind / "sys")
        assert memory is not None
        assert memory_limit_bytes(memory) is None
        assert quota_cores(find_cgroup("cpu", root / kind / "proc", root / kind / "sys")) is None


def test_a_container_that_reads_the_hosts_path_finds_its_own_mount(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/cgroup": "4:memory:/docker/0123abc\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n",
        }
    )
    assert memory_limit_bytes(find_cgroup("memory", root / "proc", root / "sys")) == 256 << 20


def test_a_path_outside_the_namespace_is_not_followed(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/cgroup": "0::/../other\n",
            "sys/fs/cgroup/cgroup.controllers": "memory\n",
            "sys/fs/other/memory.max": "1\n",
        }
    )
    group = find_cgroup("memory", root / "proc", root / "sys")
    assert group is not None
    assert memory_limit_bytes(group) is None


def test_a_hybrid_system_mounts_version_2_below_unified(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/cgroup": "1:name=systemd:/\n0::/job\n",
            "sys/fs/cgroup/unified/cgroup.controllers": "memory\n",
            "sys/fs/cgroup/unified/job/memory.max": "4096\n",
        }
    )
    assert memory_limit_bytes(find_cgroup("memory", root / "proc", root / "sys")) == 4096


def test_without_control_groups_nothing_is_known(tmp_path: Path) -> None:
    assert find_cgroup("memory", tmp_path, tmp_path) is None
    assert memory_limit_bytes(None) is None
    assert quota_cores(None) is None
    assert oom_kills(tmp_path, tmp_path) is None


@pytest.mark.parametrize(
    "files",
    [
        {
            "proc/self/cgroup": "0::/job\n",
            "sys/fs/cgroup/cgroup.controllers": "memory\n",
            "sys/fs/cgroup/job/memory.events": "low 0\nhigh 0\nmax 12\noom 4\noom_kill 3\noom_group_kill 0\n",
            "proc/vmstat": "oom_kill 99\n",
        },
        {
            "proc/self/cgroup": "4:memory:/job\n",
            "sys/fs/cgroup/memory/job/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
            "sys/fs/cgroup/memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 70\n",
            "proc/vmstat": "oom_kill 99\n",
        },
        {  # the root group of version 2 counts nothing: the whole machine's number stands in
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/cgroup.controllers": "memory\n",
            "proc/vmstat": "nr_free_pages 1\noom_kill 3\n",
        },
        {  # a kernel before 4.13 does not count in version 1
            "proc/self/cgroup": "4:memory:/\n",
            "sys/fs/cgroup/memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\n",
            "proc/vmstat": "oom_kill 3\n",
        },
    ],
    ids=["version 2", "version 1", "root of version 2", "old version 1"],
)
def test_out_of_memory_kills_are_counted_as_near_to_us_as_the_kernel_does(plant: Plant, files: dict[str, str]) -> None:
    root = plant(files)
    assert oom_kills(root / "proc", root / "sys") == 3
