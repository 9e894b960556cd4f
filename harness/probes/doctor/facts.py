"""What the doctor gathers before anything is judged."""

from dataclasses import dataclass

from harness.model.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A distribution that the harness needs, against the range that its own metadata asks for."""

    name: str
    wanted: str  # a version specifier, such as >=5.0; empty: any version
    installed: str | None
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The harness's own metadata."""

    is_installed: bool
    wanted_python: str  # a version specifier; empty when not installed
    is_python_met: bool
    requirements: tuple[Requirement, ...]
    uncompiled: tuple[str, ...]  # large packages that lie on disk without .pyc files


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryMeters:
    """Which readings of memory work here, tried rather than inferred."""

    has_proc: bool
    reads_own_pss: bool
    reads_child_pss: bool
    resets_peak: bool
    counts_oom_kills: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracing:
    """Whether one process may look into another, which a sampling profiler has to."""

    yama_scope: int | None  # /proc/sys/kernel/yama/ptrace_scope; None: the kernel has no Yama
    has_capability: bool | None  # CAP_SYS_PTRACE, effective
    opens_child: bool | None  # the kernel let us open a child's memory, which asks the right that ptrace asks
    has_py_spy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock as measured: its smallest step, and what one reading costs."""

    name: str
    step_s: float
    reading_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Spread of a busy kernel that does the same work each time, run as two equal arms in turns.

    A spread is the median absolute deviation over the median, in percent. `arms_ratio` is the median of the paired
    CPU-time ratios of the two arms; it would be 1 without noise.
    """

    runs: int
    median_wall_s: float
    median_cpu_s: float
    wall_spread_percent: float
    cpu_spread_percent: float
    arms_ratio: float
    waiting_percent: float  # of the wall time, in which the kernel was not on a core


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A file system's size."""

    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The folder of the records."""

    is_writable: bool
    fsync_s: float | None  # median wall time of a 4 KiB append and its fsync
    space: Space | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something optional: a program on PATH, a Python module, or both. None: it has no such part."""

    name: str
    use: str  # what lacks without it
    install: str  # what brings it
    has_program: bool | None
    has_module: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the rules look at. Holds no host name, user name or path."""

    machine: Machine
    package: Package
    memory: MemoryMeters
    tracing: Tracing
    clocks: tuple[Clock, ...]
    noise: Noise
    start_methods: tuple[str, ...]
    shared_memory: Space | None
    disk: Disk
    tools: tuple[Tool, ...]
