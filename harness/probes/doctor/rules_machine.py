"""Rules on the machine itself, its disk and shared memory, and the optional tools on it."""

from collections.abc import Iterator

from harness.model.machine import Machine
from harness.probes.doctor.check import Area, Check
from harness.probes.doctor.facts import Disk, Facts, Space, Tool
from harness.probes.doctor.verdict import Verdict
from harness.units import bytes_text, seconds_text

__all__ = ["judge_disk", "judge_machine", "judge_tools"]

_machine = Verdict(area=Area.MACHINE)
_disk = Verdict(area=Area.DISK)
_records = Verdict(area=Area.DISK, is_required=True)
_optional = Verdict(area=Area.OPTIONAL)

_SLOW_FSYNC_S = 0.02  # a study on SQLite commits eleven times per trial or more
_SMALL_SHARED_BYTES = 256 << 20  # container runtimes give 64 MiB unless told otherwise
_SMALL_DISK_BYTES = 1 << 30


def judge_machine(facts: Facts) -> Iterator[Check]:
    """Cores and memory, with what limits them."""
    yield _cores(facts.machine)
    yield _memory(facts.machine)


def _cores(machine: Machine) -> Check:
    processor = machine.processor
    if processor.logical_cores is None:
        return _machine.missing("Cores", "not known here", "Give the number of workers yourself.")
    physical = f", {processor.physical_cores} physical" if processor.physical_cores is not None else ""
    found = f"{processor.logical_cores} logical{physical}; {processor.model or 'model not known'}"
    if processor.quota_cores is not None and processor.quota_cores < processor.logical_cores:
        return _machine.limited(
            "Cores",
            f"{found}; a control group allows {processor.quota_cores:.2g} cores' worth of time",
            "Stay below the quota (workers times threads), or times show throttling; or raise it.",
        )
    if processor.usable_cores is not None and processor.usable_cores < processor.logical_cores:
        return _machine.limited(
            "Cores",
            f"{found}; this process may use {processor.usable_cores}",
            "Use no more workers than that, or widen the affinity mask (taskset).",
        )
    return _machine.ok("Cores", found)


def _memory(machine: Machine) -> Check:
    total, limit = machine.memory.total_bytes, machine.memory.limit_bytes
    if total is None:
        return _machine.missing("Memory", "size not known here", "Watch the memory of long runs yourself.")
    if limit is not None and limit < total:
        return _machine.limited(
            "Memory",
            f"{bytes_text(total)}, of which a control group allows {bytes_text(limit)}",
            "Runs that grow past the limit are killed: use fewer workers, or raise it.",
        )
    if machine.cgroup_version is None:
        return _machine.limited(
            "Memory", f"{bytes_text(total)}; no control group readable", "A limit may exist that is not seen here."
        )
    return _machine.ok("Memory", f"{bytes_text(total)}, no lower limit (cgroup v{machine.cgroup_version})")


def judge_disk(facts: Facts) -> Iterator[Check]:
    """The folder of the records, and /dev/shm."""
    yield _record_folder(facts.disk)
    yield _shared_memory(facts.shared_memory)


def _record_folder(disk: Disk) -> Check:
    if not disk.is_writable or disk.fsync_s is None:
        return _records.missing(
            "Record folder", "cannot be written", "Set HARNESS_HOME to a folder that can, or change to one."
        )
    free = "" if disk.space is None else f", {bytes_text(disk.space.free_bytes)} free"
    found = f"fsync {seconds_text(disk.fsync_s)}{free}"
    if disk.space is not None and disk.space.free_bytes < _SMALL_DISK_BYTES:
        return _records.limited("Record folder", found, "Free some space, or set HARNESS_HOME to a larger disk.")
    if disk.fsync_s > _SLOW_FSYNC_S:
        return _records.limited(
            "Record folder", found, "Keep SQLite studies and records off this disk: each commit waits for it."
        )
    return _records.ok("Record folder", found)


def _shared_memory(space: Space | None) -> Check:
    if space is None:
        return _disk.missing(
            "Shared memory", "no /dev/shm", "Sharing by mapped files works without it; shared-memory levers do not."
        )
    found = f"{bytes_text(space.total_bytes)}, {bytes_text(space.free_bytes)} free"
    if space.free_bytes < _SMALL_SHARED_BYTES:
        return _disk.limited(
            "Shared memory", found, "A full /dev/shm kills the writer: start the container with --shm-size=1g."
        )
    return _disk.ok("Shared memory", found)


def judge_tools(facts: Facts) -> Iterator[Check]:
    """What only some commands need."""
    for tool in facts.tools:
        yield _tool(tool)


def _tool(tool: Tool) -> Check:
    parts = (("program", tool.has_program), ("Python module", tool.has_module))
    present = [f"{part} found" for part, has in parts if has]
    absent = [f"no {part}" for part, has in parts if has is False]
    found = ", ".join(present + absent)
    if not absent:
        return _optional.ok(tool.name, found)
    advice = f"For {tool.use}: {tool.install}."
    return _optional.limited(tool.name, found, advice) if present else _optional.missing(tool.name, found, advice)
