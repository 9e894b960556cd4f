"""How busy the machine is: load averages, pressure (PSI) and the CPU time that a hypervisor took away."""

from dataclasses import dataclass
from pathlib import Path

from harness.model.machine import Load
from harness.probes.procfs import PROC, parse_integer, read_text

__all__ = ["CpuTicks", "read_cpu_ticks", "read_load", "steal_percent"]

# proc(5), /proc/stat: user nice system idle iowait irq softirq steal; guest times, after these, are part of user's.
_COUNTED = 8
_STEAL = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuTicks:
    """Clock ticks of all cores together since boot."""

    total: int
    steal: int


def read_cpu_ticks(proc: Path = PROC) -> CpuTicks | None:
    """Ticks up to now, or None where /proc/stat is absent or older than steal time (Linux 2.6.11)."""
    first = (read_text(proc / "stat") or "").partition("\n")[0].split()
    ticks = [parse_integer(value) for value in first[1 : _COUNTED + 1]]
    counted = [value for value in ticks if value is not None]
    if first[:1] != ["cpu"] or len(counted) < _COUNTED:
        return None
    return CpuTicks(total=sum(counted), steal=counted[_STEAL])


def steal_percent(before: CpuTicks | None, after: CpuTicks | None) -> float | None:
    """Share of the CPU time between two readings that went to other guests of the host; None if no tick passed."""
    if before is None or after is None or after.total <= before.total:
        return None
    return 100.0 * (after.steal - before.steal) / (after.total - before.total)


def read_load(proc: Path = PROC) -> Load:
    """Load averages, pressure and steal now; each None where this kernel does not keep it."""
    averages = [_float(value) for value in (read_text(proc / "loadavg") or "").split()[:3]]
    one, five, fifteen = averages if len(averages) == 3 else (None, None, None)
    return Load(
        average_1min=one,
        average_5min=five,
        average_15min=fifteen,
        cpu_pressure_percent=_some_avg10(proc / "pressure" / "cpu"),
        memory_pressure_percent=_some_avg10(proc / "pressure" / "memory"),
        io_pressure_percent=_some_avg10(proc / "pressure" / "io"),
        steal_percent=steal_percent(CpuTicks(total=0, steal=0), read_cpu_ticks(proc)),
    )


def _some_avg10(path: Path) -> float | None:
    """The first number of the line `some avg10=1.94 avg60=0.40 avg300=0.39 total=3964703`."""
    for line in (read_text(path) or "").splitlines():
        kind, _, values = line.partition(" ")
        name, _, value = values.partition(" ")[0].partition("=")
        if kind == "some" and name == "avg10":
            return _float(value)
    return None


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
