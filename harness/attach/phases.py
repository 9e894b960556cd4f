"""What one watched process passes through from its start to its end: imports, loops over trials, callbacks, its exit.

It stands in every Python of a watched script, so it imports next to nothing. A row is one append to a file that is
opened for it and closed again; rows of a process replace each other, the last one counts.
"""

import os
import sys
import time
from _thread import allocate_lock, get_ident

from harness.attach.import_clock import ImportClock

TYPE_CHECKING = False  # nothing is imported into a process that the script itself would not find there
if TYPE_CHECKING:
    from typing import Any

FILE = "phases.jsonl"
MOST_LOOPS = 128  # further ones are counted to the last
MOST_CALLBACKS = 64
MOST_PACKAGES = 40
_SPARING_S = 2.0  # between two rows, or
_SPARING_SHARE = 0.02  # of the process's life
_NANO = 1e-9
_STARTTIME = 19  # field 22 of proc(5)'s stat, counted from behind the bracketed name


class Phases:
    """Notes moments as they pass. Times are kept as the performance counter has them, and written as of the epoch."""

    def __init__(self, folder: str, imports: ImportClock) -> None:
        self.imports = imports
        self._path = f"{folder}/{FILE}"
        self._began_ns: int | None = None  # a fork's begin; else the kernel tells
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._pid, self._main = os.getpid(), get_ident()
        self._epoch_s = time.time() - time.perf_counter_ns() * _NANO
        self._ready_ns, self._ready_cpu_ns = time.perf_counter_ns(), time.process_time_ns()
        self._lock = allocate_lock()
        self._loops: list[list[Any]] = []  # begin, end or None, CPU at both, loops in it, whether in the main thread
        self._open_loops = 0
        self._tells: list[int] | None = None  # trials outside loops: begin and end of all, CPU at both
        self._callbacks: dict[tuple[str, str], list[int]] = {}  # name, place -> calls, wall ns, CPU ns
        self._optuna_ns: int | None = None
        self._exit: tuple[int, int] | None = None
        self._wrote_ns: int | None = None

    def after_fork(self) -> None:
        """In a forked child: its life begins here."""
        self.imports.forget()
        self._begin_anew()
        self._began_ns = self._ready_ns

    def optuna_imported(self) -> None:
        self._optuna_ns = time.perf_counter_ns()

    def loop_begins(self) -> "list[Any]":
        """A call of `optimize` begins; hand the answer to `loop_ends`."""
        now_ns, cpu_ns = time.perf_counter_ns(), time.process_time_ns()
        is_main = get_ident() == self._main
        with self._lock:
            self._open_loops += 1
            last = self._loops[-1] if self._loops else None
            if last is not None and len(self._loops) >= MOST_LOOPS:
                last[1] = None
                last[4] += 1
                return last
            loop = [now_ns, None, cpu_ns, None, 1, is_main]
            self._loops.append(loop)
        return loop

    def loop_ends(self, loop: "list[Any]") -> None:
        now_ns, cpu_ns = time.perf_counter_ns(), time.process_time_ns()
        with self._lock:
            self._open_loops -= 1
            loop[1], loop[3] = now_ns, cpu_ns

    def trial_passes(self) -> None:
        """A trial begins or ends: where no loop is open, somebody asked for it or tells it."""
        if self._open_loops:
            return
        now_ns, cpu_ns = time.perf_counter_ns(), time.process_time_ns()
        if self._tells is None:
            self._tells = [now_ns, now_ns, cpu_ns, cpu_ns]
        else:
            self._tells[1], self._tells[3] = now_ns, cpu_ns

    def called_back(self, name: str, place: str, wall_ns: int, cpu_ns: int) -> None:
        """A callback of `optimize` has returned."""
        key = (name, place)
        with self._lock:
            known = self._callbacks.get(key)
            if known is None:
                if len(self._callbacks) >= MOST_CALLBACKS:
                    key = ("other callbacks", "")
                known = self._callbacks.setdefault(key, [0, 0, 0])
            known[0] += 1
            known[1] += wall_ns
            known[2] += cpu_ns

    def exit_begins(self) -> None:
        """The script's own code has ended, as far as this process knows; the first word counts."""
        if self._exit is None:
            self._exit = time.perf_counter_ns(), time.process_time_ns()

    def write(self, *, is_final: bool = False, is_wanted: bool = False) -> None:
        """Append all that is known so far, if it is the end, wanted, or the last row is old."""
        now_ns = time.perf_counter_ns()
        if not (is_final or is_wanted) and self._wrote_ns is not None:
            since_s, life_s = (now_ns - self._wrote_ns) * _NANO, (now_ns - self._ready_ns) * _NANO
            if since_s < max(_SPARING_S, _SPARING_SHARE * life_s):
                return
        self._wrote_ns = now_ns
        try:
            line = _json(self._row(now_ns, is_final)) + "\n"
            if not _may_grow(self._path, len(line)):
                return
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, line.encode("utf-8", "replace"))
            finally:
                os.close(descriptor)
        except Exception:  # whatever it is, it is not the script's: the account of this process ends here
            return

    def end(self) -> None:
        """The process ends; called at exit, once or more often."""
        self.exit_begins()
        self.write(is_final=True)

    def _row(self, now_ns: int, is_final: bool) -> "dict[str, Any]":
        multiprocessing = sys.modules.get("multiprocessing.process")
        parent = getattr(multiprocessing, "parent_process", lambda: None)()
        ended = self._exit
        return {
            "kind": "phases",
            "pid": self._pid,
            "parent": os.getppid(),
            "is_fork": self._began_ns is not None,
            "is_worker": parent is not None,
            "started_s": self._started_s(),
            "ready_s": self._at(self._ready_ns),
            "ready_cpu_s": self._ready_cpu_ns * _NANO,
            "optuna_s": self._at(self._optuna_ns),
            "loops": [
                [self._at(one[0]), self._at(one[1]), one[2] * _NANO, _seconds(one[3]), one[4], one[5]]
                for one in list(self._loops)
            ],
            "tells": self._told(),
            "callbacks": [
                [name, place, calls, wall_ns * _NANO, cpu_ns * _NANO]
                for (name, place), (calls, wall_ns, cpu_ns) in list(self._callbacks.items())
            ],
            "imports": [
                [self._at(one[0]), self._at(one[1]), one[2] * _NANO, one[3] * _NANO]
                for one in list(self.imports.stretches)
            ],
            "packages": [
                [name, wall_ns * _NANO, own_ns * _NANO]
                for name, (wall_ns, own_ns) in sorted(self.imports.packages.items(), key=lambda item: -item[1][0])
            ][:MOST_PACKAGES],
            "exit_s": None if ended is None else self._at(ended[0]),
            "exit_cpu_s": None if ended is None else ended[1] * _NANO,
            "at_s": self._at(now_ns),
            "cpu_s": time.process_time(),
            "is_final": is_final,
        }

    def _told(self) -> list[float] | None:
        tells = self._tells
        if tells is None:
            return None
        return [self._epoch_s + tells[0] * _NANO, self._epoch_s + tells[1] * _NANO, tells[2] * _NANO, tells[3] * _NANO]

    def _at(self, moment_ns: int | None) -> float | None:
        return None if moment_ns is None else self._epoch_s + moment_ns * _NANO

    def _started_s(self) -> float | None:
        """When the kernel began this process, to a clock tick."""
        if self._began_ns is not None:
            return self._at(self._began_ns)
        try:
            with open("/proc/self/stat", "rb") as file:  # noqa: PTH123 - no pathlib in every process
                ticks = int(file.read().rpartition(b")")[2].split()[_STARTTIME])
            age_s = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
        except (OSError, AttributeError, ValueError, IndexError):
            return None
        return time.time() - age_s


def _seconds(moment_ns: int | None) -> float | None:
    return None if moment_ns is None else moment_ns * _NANO


def _json(value: "Any") -> str:
    """JSON without importing it: in a process that has no use for it, the import would cost more than the row."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_text(name)}:{_json(one)}" for name, one in value.items()) + "}"
    return "[" + ",".join(_json(one) for one in value) + "]"


def _text(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    if not plain.isprintable():
        plain = "".join(one if one.isprintable() else " " for one in plain)
    return f'"{plain}"'


def _may_grow(path: str, by: int) -> bool:
    """Whether this process may make the file so much larger (RLIMIT_FSIZE): beyond, the kernel would send SIGXFSZ."""
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    except ImportError:
        return True
    return limit < 0 or (os.path.getsize(path) if os.path.exists(path) else 0) + 4 * by <= limit  # noqa: PTH110, PTH202
