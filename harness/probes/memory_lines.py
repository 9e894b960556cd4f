"""Memory increments line by line of an objective and the functions of its file, by memory-profiler; on request only."""

import functools
import importlib
import linecache
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

from harness.errors import LackingError
from harness.model.descriptors import may_grow_to
from harness.model.redaction import redacted_source
from harness.model.store import write_json
from harness.probes.memory import rss_bytes

WRITE_EVERY_S = 5.0
NAME = "memory-lines"
_MOST_BYTES = 1000  # of a line's entry, more than any has that is not hundreds of characters wide
MOST_SOURCE = 500  # characters of a line
_Line = tuple[str, int]  # file, line


def memory_profiler() -> ModuleType:
    """The module; raises LackingError where it is not installed. It is unmaintained: nothing else here knows of it."""
    try:
        return importlib.import_module("memory_profiler")
    except ImportError as error:
        raise LackingError(
            "memory line by line needs memory-profiler, which is not installed: pip install memory-profiler"
        ) from error


class MemoryLines:
    """Wraps objectives, and writes what their lines added to this process's resident memory.

    Every line of the watched functions costs a look at the kernel's account (microseconds), and Python traces each call
    that they make: a study in pure Python becomes several times slower. Threads of one process share the account, so
    that each one's lines also show what the others did meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._profiler = memory_profiler()
        self._folder = folder
        self._lock = threading.Lock()
        self._lines: dict[_Line, list[int]] = {}  # increment in bytes, occurrences
        self._written_s = time.monotonic()

    def watch(self, objective: Callable[..., Any]) -> Callable[..., Any]:
        """The objective with its lines watched; called and answered as it is. One without Python code is left alone."""
        codes = frozenset(codes_of(objective))
        if not codes:
            return objective

        @functools.wraps(objective, updated=())
        def watched(*args: Any, **kwargs: Any) -> Any:
            if sys.gettrace() is not None:  # a debugger or a coverage tool is at work: it goes first
                return objective(*args, **kwargs)
            lines = self._line_profiler(codes)
            try:
                with lines:
                    return objective(*args, **kwargs)
            finally:
                self._take(lines.code_map)

        return watched

    def start(self) -> None:
        """Nothing to start: what is watched says so itself."""

    def stop(self) -> None:
        """Write `memory-lines-<pid>.json`; nothing where no line was seen."""
        with self._lock:
            self._write()

    def before_fork(self) -> None: ...

    def after_fork_in_parent(self) -> None: ...

    def restart_after_fork(self) -> None:
        """In a forked child: the parent's lines are the parent's."""
        self._lock = threading.Lock()
        self._lines = {}

    def _line_profiler(self, codes: frozenset[CodeType]) -> Any:
        profiler = self._profiler.LineProfiler(backend="psutil")
        profiler.code_map = _Increments(codes)
        traced = profiler.trace_memory_usage

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            if event == "call" and frame.f_code not in codes:
                return None  # not line by line: memory-profiler's own would trace whatever is called
            traced(frame, event, argument)
            return trace

        profiler.trace_memory_usage = trace
        return profiler

    def _take(self, increments: "_Increments") -> None:
        with self._lock:
            for line, (added_bytes, occurrences) in increments.lines.items():
                entry = self._lines.setdefault(line, [0, 0])
                entry[0] += added_bytes
                entry[1] += occurrences
            if time.monotonic() - self._written_s > WRITE_EVERY_S:
                self._write()

    def _write(self) -> None:
        if not self._lines or not may_grow_to(_MOST_BYTES * len(self._lines)):
            return
        self._written_s = time.monotonic()
        rows = [
            {
                "file": file,
                "line": line,
                "source": redacted_source(linecache.getline(file, line).strip()[:MOST_SOURCE]),
                "increment_bytes": added_bytes,
                "occurrences": occurrences,
            }
            for (file, line), (added_bytes, occurrences) in sorted(self._lines.items())
        ]
        try:
            write_json(self._folder / f"{NAME}-{os.getpid()}.json", {"pid": os.getpid(), "lines": rows})
        except OSError:  # a full disk: the study goes on
            return


class _Increments(dict[CodeType, dict[int, Any]]):
    """memory-profiler's map of code, which it asks `code in map` and tells `trace` at each line.

    Its own takes a line's increment from the highest value that the line before has ever had, which counts what a loop
    frees and takes again as negative: here it is from the reading just before.
    """

    def __init__(self, codes: frozenset[CodeType]) -> None:
        super().__init__((code, {}) for code in codes)
        self.lines: dict[_Line, list[int]] = {}
        self._before = rss_bytes() or 0

    def trace(self, code: CodeType, line: int, _line_before: int | None) -> None:
        now = rss_bytes() or 0
        entry = self.lines.setdefault((code.co_filename, line), [0, 0])
        entry[0] += now - self._before
        entry[1] += 1
        self._before = now


def codes_of(objective: Callable[..., Any]) -> Iterator[CodeType]:
    """Code of an objective, however it is wrapped, and of the functions and methods that its file defines."""
    function = plain_function(objective)
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return
    yield from _nested(code)
    names = getattr(function, "__globals__", {})
    for value in list(names.values()):
        for candidate in (value, *(vars(value).values() if isinstance(value, type) else ())):
            other = getattr(plain_function(candidate), "__code__", None)
            if isinstance(other, CodeType) and other.co_filename == code.co_filename:
                yield from _nested(other)


def plain_function(value: Any) -> Any:
    """What a partial, a bound method, a callable object or a decorated function comes down to."""
    for _ in range(20):  # whoever wraps in a circle gets what is found by then
        inner = _inside(value)
        if inner is value:
            return value
        value = inner
    return value


def _inside(value: Any) -> Any:
    """One layer less; the value itself where there is none."""
    if isinstance(value, functools.partial):
        return value.func
    if isinstance(value, staticmethod | classmethod | MethodType):
        return value.__func__
    wrapped = getattr(value, "__dict__", {}).get("__wrapped__")
    if wrapped is not None:
        return wrapped
    call = getattr(type(value), "__call__", None)  # noqa: B004 - the function itself is what is asked for
    return call if isinstance(call, FunctionType) else value


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
