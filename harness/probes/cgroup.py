"""What Linux control groups, version 1 or 2, allow this process: CPU quota, memory limit, out-of-memory kills.

Mounts are looked for where systemd and every container runtime put them, below /sys/fs/cgroup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.probes.procfs import PROC, SYS, counter, parse_integer, read_number, read_text

__all__ = ["Cgroup", "find_cgroup", "memory_limit_bytes", "oom_kills", "quota_cores"]

_UNLIMITED_BYTES = 1 << 60  # version 1 writes "no limit" as the largest multiple of a page that it can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgroup:
    """Where one controller accounts this process."""

    version: int  # 1 or 2
    levels: tuple[Path, ...]  # folders from this process's own group up to the root that is visible here


def find_cgroup(controller: str, proc: Path = PROC, sys: Path = SYS) -> Cgroup | None:
    """The group that holds this process for `memory` or `cpu`; None where none is mounted or readable.

    On hybrid systems, which mount both versions, a controller belongs to version 1 when it is mounted there.
    """
    membership = read_text(proc / "self" / "cgroup")
    if membership is None:
        return None
    root = sys / "fs" / "cgroup"
    unified = None
    for line in membership.splitlines():
        _, names, path = (*line.split(":", 2), "", "")[:3]
        if controller in names.split(","):
            mount = root / controller if (root / controller).is_dir() else root / names
            if mount.is_dir():
                return Cgroup(version=1, levels=tuple(_levels(mount, path)))
        elif not names:
            unified = path
    mount = root if (root / "cgroup.controllers").exists() else root / "unified"
    if unified is None or not (mount / "cgroup.controllers").exists():
        return None
    return Cgroup(version=2, levels=tuple(_levels(mount, unified)))


def _levels(mount: Path, path: str) -> Iterator[Path]:
    """The group's folder and those above it, as far as they are visible.

    A container without a cgroup namespace reads the host's path but mounts its own group as the root: then only the
    mount itself exists. A path with `..` lies outside the namespace.
    """
    group = PurePosixPath(path.lstrip("/"))
    if ".." not in group.parts:
        for level in (group, *group.parents):
            if level.parts and (mount / level).is_dir():
                yield mount / level
    yield mount


def quota_cores(cgroup: Cgroup | None) -> float | None:
    """Cores' worth of CPU time that the group may use: the lowest quota over period on the way to the root."""
    if cgroup is None:
        return None
    read = _quota_v2 if cgroup.version == 2 else _quota_v1
    return min((quota for level in cgroup.levels if (quota := read(level)) is not None), default=None)


def _quota_v2(level: Path) -> float | None:
    fields = (read_text(level / "cpu.max") or "").split()
    if len(fields) != 2:
        return None
    return _cores(parse_integer(fields[0]), parse_integer(fields[1]))


def _quota_v1(level: Path) -> float | None:
    return _cores(read_number(level / "cpu.cfs_quota_us"), read_number(level / "cpu.cfs_period_us"))


def _cores(quota_us: int | None, period_us: int | None) -> float | None:
    if quota_us is None or period_us is None or quota_us <= 0 or period_us <= 0:
        return None  # version 1 writes -1 for "no quota", version 2 writes max
    return quota_us / period_us


def memory_limit_bytes(cgroup: Cgroup | None) -> int | None:
    """The lowest hard memory limit between the group and the root; None where there is none."""
    if cgroup is None:
        return None
    name = "memory.max" if cgroup.version == 2 else "memory.limit_in_bytes"
    limits = (read_number(level / name) for level in cgroup.levels)
    return min((limit for limit in limits if limit is not None and limit < _UNLIMITED_BYTES), default=None)


def oom_kills(proc: Path = PROC, sys: Path = SYS) -> int | None:
    """Processes killed for want of memory so far; a rise across a run tells such a kill from another SIGKILL.

    Counts this process's control group and, in version 2, those below it. Where the group does not count (the root
    group of version 2, kernels before 4.13) it is the whole machine's number from vmstat; None where there is none.
    """
    cgroup = find_cgroup("memory", proc, sys)
    if cgroup is not None:
        name = "memory.events" if cgroup.version == 2 else "memory.oom_control"
        kills = counter(read_text(cgroup.levels[0] / name), "oom_kill")
        if kills is not None:
            return kills
    return counter(read_text(proc / "vmstat"), "oom_kill")
