"""Hears of each call of `Study.optimize`: when it begins and ends, and how long each of its callbacks takes."""

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType, MethodType, ModuleType
from typing import Any

from harness.attach.hidden import hide_frame
from harness.attach.phases import Phases
from harness.model.record import CALLBACK
from harness.probes.ledger import Ledger

_CALL = "__call__"
_LOOP = "_optimize"  # what Study.optimize calls, in the module of Study


def observe_loops(module: ModuleType, phases: Phases, ledger: Ledger) -> Callable[[], None]:
    """Let `phases` hear of the loops that studies of Optuna's module run; the answer undoes it."""
    inner = getattr(module, _LOOP, None)
    if inner is None:  # another version's: loops are then known by their trials alone
        return lambda: None

    @functools.wraps(inner)
    def loop(*args: Any, **kwargs: Any) -> Any:
        callbacks, timed = kwargs.get("callbacks"), None
        if isinstance(callbacks, Iterable):
            timed = kwargs["callbacks"] = TimedCallbacks(callbacks, phases, ledger)
        depth, began = ledger.depth, phases.loop_begins()
        try:
            return inner(*args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            phases.loop_ends(began)
            ledger.leave_to(depth)  # with a callback that an exception ended
            if timed is not None:
                timed.latest_ns = time.perf_counter_ns()

    setattr(module, _LOOP, loop)
    return lambda: setattr(module, _LOOP, inner)


class TimedCallbacks:
    """Gives out the user's own callbacks, one after the other, and times each until the next is asked for.

    So Optuna calls the very objects that it was given, without a frame of ours around them, and whatever the iterable
    does (a generator that ends, a list that grows) it does as it would.
    """

    def __init__(self, callbacks: Iterable[Any], phases: Phases, ledger: Ledger) -> None:
        self._callbacks = callbacks
        self._phases = phases
        self._ledger = ledger
        self.latest_ns: int | None = None  # when the loop ended: no callback ran longer

    def __iter__(self) -> Iterator[Any]:
        ledger = self._ledger
        for callback in self._callbacks:
            name, place = told_of(callback)
            depth, before = ledger.depth, ledger.snapshot()
            began_ns, began_cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
            ledger.enter(f"{CALLBACK}{name} ({place})" if place else f"{CALLBACK}{name}")
            try:
                yield callback
            finally:  # an exception of the callback's closes this generator, perhaps late
                if self.latest_ns is None:
                    ledger.gather(before)
                    ledger.leave_to(depth)
                ended_ns = self.latest_ns or time.perf_counter_ns()
                cpu_ns = min(time.thread_time_ns() - began_cpu_ns, ended_ns - began_ns)
                self._phases.called_back(name, place, ended_ns - began_ns, max(cpu_ns, 0))


def told_of(callback: Any) -> tuple[str, str]:
    """A callback's name and where its code begins: of a function, a method, a partial, or an object's `__call__`.

    Nothing is asked of an object of the user's own class, which may answer in its own way.
    """
    inner = callback
    while isinstance(inner, functools.partial):
        inner = inner.func
    if isinstance(inner, MethodType):
        inner = inner.__func__
    if isinstance(inner, FunctionType):
        return inner.__qualname__.replace("<locals>.", ""), _place(inner)
    kind = type(inner)
    return kind.__qualname__.replace("<locals>.", ""), _place(getattr(kind, _CALL, None))


def _place(function: Any) -> str:
    code = function.__code__ if isinstance(function, FunctionType) else None
    return "" if code is None else f"{code.co_filename}:{code.co_firstlineno}"
