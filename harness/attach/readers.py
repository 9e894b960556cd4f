"""Readers of data (pandas, NumPy, pyarrow, polars, joblib, scikit-learn): their calls are timed and counted.

A reader stays the function that it is (see `splice`). One that is not written in Python is left alone: its files are
seen where they are opened.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from harness.attach.splice import hear_calls
from harness.probes.loads import Begun, Loads, loads
from harness.probes.reader_names import is_reader
from harness.probes.spans import span
from harness.workloads.marks.source import LOAD

_VARARGS, _VARKEYWORDS = 0x04, 0x08


def wrap_readers(module: ModuleType) -> None:
    """Hear of the calls of each reader of `module`."""
    for name, function in list(vars(module).items()):
        if is_reader(module.__name__, name) and isinstance(function, FunctionType):
            hear_calls(function, counting(f"{module.__name__}.{name}", function))


def counting(what: str, function: FunctionType) -> Callable[[FrameType], Callable[[], None] | None]:
    """Counts a call of `function` as `what` wherever somebody listens."""

    def begin(frame: FrameType) -> Callable[[], None] | None:
        book = loads()
        if book is None:
            return None
        before = _running.call
        if before is not None and not before.is_below(frame):
            before.end()  # its frame was kept by somebody, beyond its end
        call = _Call(book, frame.f_code)
        with suppress(Exception):  # arguments of a kind that cannot even be looked at
            call.mark = book.begin(what, *arguments_of(function, frame), frame.f_back)
        return call.end

    return begin


class _Call:
    """A call of a reader that runs."""

    def __init__(self, book: Loads, code: CodeType) -> None:
        self.mark: Begun | None = None
        self._book, self._code, self._is_over = book, code, False
        self._outer, _running.call = _running.call, self
        self._span = span(LOAD)
        self._span.__enter__()

    def is_below(self, frame: FrameType | None) -> bool:
        """Whether it still runs in this thread, under what `frame` is in."""
        while frame is not None:
            if frame.f_code is self._code:
                return True
            frame = frame.f_back
        return False

    def end(self) -> None:
        if self._is_over:
            return
        self._is_over = True
        _running.call = self._outer
        if self.mark is not None:
            self._book.end(self.mark)
        self._span.__exit__(None, None, None)


class _Running(threading.local):
    call: _Call | None = None


_running = _Running()


def arguments_of(function: FunctionType, frame: FrameType) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a call gave, from its frame: what has a default counts where it is not that, under its name."""
    code, values = function.__code__, frame.f_locals
    names = code.co_varnames
    positional, keywords = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    defaults = function.__defaults__ or ()
    required = positional - len(defaults)
    args = tuple(values[name] for name in names[:required] if name in values)
    usual = {**dict(zip(names[required:positional], defaults, strict=True)), **(function.__kwdefaults__ or {})}
    kwargs = {
        name: values[name]
        for name in names[required:keywords]
        if name in values and (name not in usual or values[name] is not usual[name])
    }
    if code.co_flags & _VARARGS:
        args += tuple(values.get(names[keywords], ()))
    if code.co_flags & _VARKEYWORDS:
        kwargs |= values.get(names[keywords + bool(code.co_flags & _VARARGS)], {})
    return args, kwargs
