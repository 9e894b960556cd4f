"""What the machine under a run is and was doing: facts only, with nothing that tells whose machine it is.

None means "not known here" throughout, never zero. No host name, user name or path is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The operating system, as `platform.uname()` names it, without the host's name."""

    system: str | None = None  # Linux, Darwin, Windows
    release: str | None = None
    architecture: str | None = None  # x86_64, aarch64


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """The processor cores, from what is fitted to what this process may use."""

    model: str | None = None
    logical_cores: int | None = None  # online
    physical_cores: int | None = None  # online; hardware threads of one core counted once
    usable_cores: int | None = None  # the affinity mask of this process
    quota_cores: float | None = None  # cgroup CPU quota over its period; None: no quota, or no cgroup known


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMemory:
    """The memory fitted, and how much of it the control group leaves to this process."""

    total_bytes: int | None = None
    limit_bytes: int | None = None  # lowest cgroup limit that binds here; None: no limit, or no cgroup known


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How busy the machine was when it was read.

    Pressure is the share of the last ten seconds in which some task waited for that resource (Linux PSI, `some
    avg10`). Steal is the share of all CPU time since boot that the hypervisor gave to others.
    """

    average_1min: float | None = None  # runnable and uninterruptible tasks
    average_5min: float | None = None
    average_15min: float | None = None
    cpu_pressure_percent: float | None = None
    memory_pressure_percent: float | None = None
    io_pressure_percent: float | None = None
    steal_percent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPool:
    """A native thread pool loaded into this process, as it reports itself."""

    library: str  # openblas, mkl, openmp-gnu, openmp-llvm, openmp-intel
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """The interpreter and the environment variables that change what a measurement says."""

    implementation: str | None = None
    version: str | None = None
    has_gil: bool | None = None
    hash_seed: str | None = None  # PYTHONHASHSEED; None: not set, so that each process draws its own
    writes_bytecode: bool | None = None  # False under PYTHONDONTWRITEBYTECODE


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One reading of the machine, kept in the header of every record."""

    platform: Platform = Platform()
    processor: Processor = Processor()
    memory: SystemMemory = SystemMemory()
    load: Load = Load()
    python: Python = Python()
    cgroup_version: int | None = None  # of the hierarchy that accounts memory: 1 or 2; None: not known
    thread_settings: Mapping[str, str | None] = field(default_factory=dict)  # by environment variable; None: not set
    thread_pools: tuple[ThreadPool, ...] | None = None  # empty: none loaded yet
    versions: Mapping[str, str | None] = field(default_factory=dict)  # by distribution; None: not installed

    @property
    def effective_cores(self) -> float | None:
        """Cores that this process can keep busy: the smallest of those online, usable and allowed by quota."""
        processor = self.processor
        known = (processor.logical_cores, processor.usable_cores, processor.quota_cores)
        return min((float(cores) for cores in known if cores is not None), default=None)

    @property
    def available_bytes(self) -> int | None:
        """Memory that this process could at most hold: the smaller of what is fitted and the cgroup limit."""
        known = (self.memory.total_bytes, self.memory.limit_bytes)
        return min((size for size in known if size is not None), default=None)
