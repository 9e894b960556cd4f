"""Gathers the doctor's facts: reads, tries and measures, about two seconds in all; judges nothing."""

import importlib.util
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from harness.model.opening import is_folder, is_there
from harness.probes.cgroup import oom_kills
from harness.probes.doctor.facts import Disk, Facts, MemoryMeters, Noise, Space, Tool, Tracing
from harness.probes.doctor.noise import CLOCKS, measure_clock, measure_noise
from harness.probes.doctor.packages import read_package
from harness.probes.machine import read_machine
from harness.probes.memory import peak_rss_bytes, process_memory, reset_peak
from harness.probes.procfs import PROC, SYS, read_number, read_text
from harness.probes.procfs import field as proc_field

__all__ = ["Sources", "gather"]

_CAP_SYS_PTRACE = 19  # bit number, linux/capability.h
_PEAK_TRIAL_BYTES = 32 << 20  # far above the allocator's threshold: freed, it goes back to the system at once
_FSYNCS = 9
_BLOCK = bytes(4096)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """An optional tool: any of the programs will do, and any of the modules."""

    name: str
    use: str
    install: str
    programs: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


_TOOLS = (
    _Wanted(name="git", use="revisions in records", install="install git", programs=("git",)),
    _Wanted(
        name="Chromium",
        use="tests of rendered pages",
        install="install chromium, and pip install playwright",
        programs=("chromium", "chromium-browser", "google-chrome"),
        modules=("playwright",),
    ),
    _Wanted(
        name="PostgreSQL",
        use="studies on a PostgreSQL of this machine",
        install="install postgresql, and pip install psycopg",
        programs=("postgres", "pg_ctlcluster"),  # Debian keeps the first off PATH and the second on it
        modules=("psycopg", "psycopg2"),
    ),
    _Wanted(
        name="Redis",
        use="data or a journal in Redis",
        install="install redis-server, and pip install redis",
        programs=("redis-server", "valkey-server"),
        modules=("redis",),
    ),
    _Wanted(
        name="Memcached",
        use="data in Memcached",
        install="install memcached, and pip install pymemcache",
        programs=("memcached",),
        modules=("pymemcache",),
    ),
    _Wanted(name="Ray", use="studies on several machines", install="pip install 'ray[tune]'", modules=("ray",)),
)


def _has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where facts come from; the defaults are this machine."""

    folder: Path  # of the records; it need not exist yet
    proc: Path = PROC
    sys: Path = SYS
    shared_memory: Path = Path("/dev/shm")
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    which: Callable[[str], str | None] = shutil.which
    has_module: Callable[[str], bool] = _has_module
    noise: Callable[[], Noise] = measure_noise


def gather(sources: Sources) -> Facts:
    """Everything that the rules need. Leaves nothing behind; starts one short-lived child process."""
    reads_child_pss, opens_child = _look_into_child(sources.proc)
    own = process_memory(os.getpid(), sources.proc)
    return Facts(
        machine=read_machine(proc=sources.proc, sys=sources.sys, environment=sources.environment),
        package=read_package(),
        memory=MemoryMeters(
            has_proc=(sources.proc / "self").exists(),
            reads_own_pss=own is not None and own.pss_bytes is not None,
            reads_child_pss=reads_child_pss,
            resets_peak=_peak_falls(sources.proc),
            counts_oom_kills=oom_kills(sources.proc, sources.sys) is not None,
        ),
        tracing=Tracing(
            yama_scope=read_number(sources.proc / "sys" / "kernel" / "yama" / "ptrace_scope"),
            has_capability=_has_capability(sources.proc),
            opens_child=opens_child,
            has_py_spy=_has_script("py-spy", sources),
        ),
        clocks=tuple(measure_clock(name, read) for name, read in CLOCKS),
        noise=sources.noise(),
        start_methods=tuple(multiprocessing.get_all_start_methods()),
        shared_memory=_space(sources.shared_memory),
        disk=_try_disk(sources.folder),
        tools=tuple(_find(wanted, sources) for wanted in _TOOLS),
    )


def _look_into_child(proc: Path) -> tuple[bool, bool | None]:
    """(its PSS is readable, its memory may be opened: None without /proc) of a child that waits for its end."""
    command = [sys.executable, "-I", "-S", "-c", "input()"]
    try:
        started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:  # no further process may be started, or this Python may not be started again
        return False, None
    with started as child:
        try:
            reading = process_memory(child.pid, proc)
            reads_pss = reading is not None and reading.pss_bytes is not None
            if not (proc / str(child.pid)).exists():
                return reads_pss, None
            try:
                (proc / str(child.pid) / "mem").open("rb", buffering=0).close()
            except OSError:
                return reads_pss, False
            return reads_pss, True
        finally:
            child.kill()


def _peak_falls(proc: Path) -> bool:
    """Whether a peak that we make is gone after a reset: some sandboxes accept the write and ignore it."""
    block = bytearray(_PEAK_TRIAL_BYTES)
    block[::4096] = bytes(len(range(0, _PEAK_TRIAL_BYTES, 4096)))  # touch every page: untouched ones are not resident
    before = peak_rss_bytes(proc=proc)
    del block
    if before is None or not reset_peak(proc):
        return False
    after = peak_rss_bytes(proc=proc)
    return after is not None and before - after > _PEAK_TRIAL_BYTES // 2


def _has_capability(proc: Path) -> bool | None:
    effective = proc_field(read_text(proc / "self" / "status"), "CapEff")
    if effective is None:
        return None
    try:
        return bool(int(effective, 16) >> _CAP_SYS_PTRACE & 1)
    except ValueError:
        return None


def _has_script(name: str, sources: Sources) -> bool:
    """On PATH, or beside this interpreter, where a virtual environment that is not activated keeps it."""
    return sources.which(name) is not None or (Path(sys.executable).parent / name).exists()


def _space(folder: Path) -> Space | None:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return Space(total_bytes=usage.total, free_bytes=usage.free)


def _try_disk(folder: Path) -> Disk:
    """Append and fsync in the records' folder, or in the nearest one above it that exists, without leaving a file."""
    levels = (folder / "runs", folder, *folder.absolute().parents)
    existing = next((level for level in levels if is_there(level)), Path())
    samples = []
    if not is_folder(existing):
        return Disk(is_writable=False, fsync_s=None, space=_space(existing.parent))
    try:
        with tempfile.TemporaryFile(dir=existing, buffering=0) as file:
            for _ in range(_FSYNCS):
                mark = time.perf_counter()
                file.write(_BLOCK)
                os.fsync(file.fileno())
                samples.append(time.perf_counter() - mark)
    except OSError:
        return Disk(is_writable=False, fsync_s=None, space=_space(existing))
    return Disk(is_writable=True, fsync_s=median(samples), space=_space(existing))


def _find(wanted: _Wanted, sources: Sources) -> Tool:
    programs, modules = wanted.programs, wanted.modules
    return Tool(
        name=wanted.name,
        use=wanted.use,
        install=wanted.install,
        has_program=any(sources.which(program) is not None for program in programs) if programs else None,
        has_module=any(sources.has_module(module) for module in modules) if modules else None,
    )
