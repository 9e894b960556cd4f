"""Readers of data (pandas, NumPy, pyarrow, polars, joblib, scikit-learn): their calls are timed and counted.

A reader stays the function that it is (see `splice`). One that is not written in Python is left alone: its files are
seen where they are opened.
"""

from collections.abc import Callable
from contextlib import suppress
from types import FrameType, FunctionType, ModuleType
from typing import Any

from harness.attach.splice import hear_calls
from harness.probes.loads import loads
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
        load = span(LOAD)
        load.__enter__()
        mark = None
        with suppress(Exception):  # arguments of a kind that cannot even be looked at
            mark = book.begin(what, *arguments_of(function, frame), caller=frame.f_back)

        def end() -> None:
            if mark is not None:
                book.end(mark)
            load.__exit__(None, None, None)

        return end

    return begin


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
