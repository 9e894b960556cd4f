"""Rules on what can be measured here: memory meters, profiling from outside, clocks and the noise floor."""

from collections.abc import Iterator

from harness.probes.doctor.check import Area, Check
from harness.probes.doctor.facts import Clock, Facts, MemoryMeters, Noise, Tracing
from harness.probes.doctor.verdict import Verdict
from harness.units import seconds_text

__all__ = ["judge_clocks", "judge_instruments"]

_meter = Verdict(area=Area.INSTRUMENTS)
_clock = Verdict(area=Area.CLOCKS)

_COARSE_CLOCK_S = 1e-4
_CPU_SPREAD_LIMIT_PERCENT = 3.0
_WALL_SPREAD_LIMIT_PERCENT = 5.0
_WAITING_LIMIT_PERCENT = 5.0
_BUSY_PRESSURE_PERCENT = 10.0
_STEAL_LIMIT_PERCENT = 2.0

_SCOPES = {
    0: "any process of the same user may be traced",
    1: "only child processes may be traced",
    2: "only CAP_SYS_PTRACE may trace",
    3: "nobody may trace",
}


def judge_instruments(facts: Facts) -> Iterator[Check]:
    """The memory meters, tracing, pressure and steal."""
    if not facts.memory.has_proc:
        yield _meter.missing(
            "/proc",
            "absent: PSS, peaks, pressure, steal and limits read None, and reports say so",
            "Measure memory on Linux; elsewhere only RSS is known.",
        )
    yield _pss(facts.memory)
    yield _peak(facts.memory)
    yield _oom(facts.memory)
    yield _ptrace(facts.tracing)
    yield _py_spy(facts.tracing)
    yield _pressure(facts)
    yield _steal(facts)


def _pss(memory: MemoryMeters) -> Check:
    if not memory.reads_own_pss:
        return _meter.missing(
            "PSS and USS",
            "smaps_rollup cannot be read: memory of several processes cannot be added up",
            "Use Linux 4.14 or later, with /proc mounted, outside a sandbox that hides it.",
        )
    if not memory.reads_child_pss:
        return _meter.limited(
            "PSS and USS",
            "of this process, not of its children",
            "Let the container trace its own processes: --cap-add SYS_PTRACE.",
        )
    return _meter.ok("PSS and USS", "of this process and of its children")


def _peak(memory: MemoryMeters) -> Check:
    if memory.resets_peak:
        return _meter.ok("Peak reset", "VmHWM can be reset, so that each trial has a peak of its own")
    return _meter.missing(
        "Peak reset",
        "VmHWM cannot be reset",
        "Peaks are known per process only: compare whole processes.",
    )


def _oom(memory: MemoryMeters) -> Check:
    if memory.counts_oom_kills:
        return _meter.ok("Out-of-memory kills", "counted by the kernel")
    return _meter.limited(
        "Out-of-memory kills",
        "not counted here",
        "A run killed for want of memory is reported as killed by SIGKILL; see the system's log.",
    )


def _ptrace(tracing: Tracing) -> Check:
    if tracing.opens_child is None:
        return _meter.limited("Tracing", "not known without /proc", "Run profilers as an administrator.")
    if not tracing.opens_child:
        return _meter.missing(
            "Tracing",
            "the kernel does not let one process look into another",
            "In a container: --cap-add SYS_PTRACE; elsewhere: sysctl kernel.yama.ptrace_scope=1, or run as root.",
        )
    if tracing.has_capability:
        return _meter.ok("Tracing", "any process (CAP_SYS_PTRACE)")
    if tracing.yama_scope:
        return _meter.limited(
            "Tracing",
            f"{_SCOPES.get(tracing.yama_scope, 'restricted')} (yama scope {tracing.yama_scope})",
            "Start the script under the profiler; to attach to one that runs: sysctl kernel.yama.ptrace_scope=0.",
        )
    return _meter.ok("Tracing", _SCOPES[0])


def _py_spy(tracing: Tracing) -> Check:
    if not tracing.has_py_spy:
        return _meter.missing("py-spy", "not installed", "pip install py-spy, for stack samples of unmodified scripts.")
    if tracing.opens_child is False:
        return _meter.limited("py-spy", "installed, but may not trace", "See Tracing.")
    return _meter.ok("py-spy", "installed")


def _pressure(facts: Facts) -> Check:
    load = facts.machine.load
    if load.cpu_pressure_percent is None:
        return _meter.missing(
            "Pressure", "no /proc/pressure", "Boot Linux 4.20 or later with psi=1; without it load averages must do."
        )
    parts = (
        ("CPU", load.cpu_pressure_percent),
        ("memory", load.memory_pressure_percent),
        ("I/O", load.io_pressure_percent),
    )
    found = ", ".join(f"{name} {value:.1f} %" for name, value in parts if value is not None)
    return _meter.ok("Pressure", f"{found} of the last 10 s")


def _steal(facts: Facts) -> Check:
    steal = facts.machine.load.steal_percent
    if steal is None:
        return _meter.missing("Steal", "not readable", "On a virtual machine, trust CPU times, not wall times.")
    if steal > _STEAL_LIMIT_PERCENT:
        return _meter.limited(
            "Steal",
            f"{steal:.1f} % of the CPU time since boot",
            "The host is shared: take more pairs.",
        )
    return _meter.ok("Steal", f"{steal:.1f} % of the CPU time since boot")


def judge_clocks(facts: Facts) -> Iterator[Check]:
    """The clocks' steps, the noise floor, and whether anything else runs."""
    for clock in facts.clocks:
        yield _resolution(clock)
    yield _noise(facts.noise)
    yield _idle(facts)


def _resolution(clock: Clock) -> Check:
    found = f"steps of {seconds_text(clock.step_s)}, {seconds_text(clock.reading_s)} a reading"
    if clock.step_s > _COARSE_CLOCK_S:
        return _clock.limited(
            clock.name, found, f"Measure stretches of {seconds_text(100 * clock.step_s)} or more with this clock."
        )
    return _clock.ok(clock.name, found)


def _noise(noise: Noise) -> Check:
    found = (
        f"CPU {noise.cpu_spread_percent:.1f} %, wall {noise.wall_spread_percent:.1f} % "
        f"(MAD, {noise.runs} runs of {seconds_text(noise.median_cpu_s)}); equal arms {noise.arms_ratio:.3f}"
    )
    if noise.cpu_spread_percent > _CPU_SPREAD_LIMIT_PERCENT:
        return _clock.limited("Noise floor", found, "Stop other programs, or take more runs of each arm.")
    if noise.wall_spread_percent > _WALL_SPREAD_LIMIT_PERCENT:
        return _clock.limited("Noise floor", found, "Decide on CPU time; wall times are too noisy here.")
    return _clock.ok("Noise floor", found)


def _idle(facts: Facts) -> Check:
    waiting, load = facts.noise.waiting_percent, facts.machine.load
    cores = facts.machine.effective_cores
    signs = []
    if waiting > _WAITING_LIMIT_PERCENT:
        signs.append(f"a busy loop waited {waiting:.0f} % of its time for a core")
    if load.cpu_pressure_percent is not None and load.cpu_pressure_percent > _BUSY_PRESSURE_PERCENT:
        signs.append(f"CPU pressure {load.cpu_pressure_percent:.0f} %")
    if load.average_1min is not None and cores is not None and load.average_1min > cores:
        signs.append(f"load {load.average_1min:.1f} on {cores:g} cores")
    if signs:
        return _clock.limited("Idle", f"no: {', '.join(signs)}", "Measure when nothing else runs.")
    return _clock.ok("Idle", f"yes: a busy loop waited {waiting:.1f} % of its time for a core")
