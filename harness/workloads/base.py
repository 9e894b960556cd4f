"""The workload interface: an objective with its directions, and the marks that let data levers act on its sources."""

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar

from harness.errors import InputError
from harness.model.plan import DataAccess, Plan
from harness.probes.loads import loads
from harness.probes.spans import span
from harness.registry import is_registered, load_workload
from harness.workloads.marks.share import share_in_force, take_of

LOAD, FEATURE = "load", "feature"

P = ParamSpec("P")
T = TypeVar("T")
Objective = Callable[[Any], float | Sequence[float]]


class Direction(Enum):
    """Which way an objective's value is better, in Optuna's words."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


def _nothing() -> None:
    """Stands for a warm-up that is not needed."""


def _no_facts() -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What a study optimises.

    `warm_up` runs once in each process before its first trial: imports and compilation that no trial should pay for.
    `facts` says what the workload works on (sizes, splits, hashes); it is called once and its answer stored.
    """

    name: str
    objective: Objective
    directions: tuple[Direction, ...] = (Direction.MINIMIZE,)
    warm_up: Callable[[], object] = _nothing
    facts: Callable[[], Mapping[str, object]] = _no_facts


def workload_of(plan: Plan) -> Workload:
    """The workload that a plan names: a registered builder given the plan, the user's Workload, or their objective.

    Raises InputError when the name stands for neither.
    """
    found = load_workload(plan.workload)
    if is_registered(plan.workload):
        found = found(plan)
    if isinstance(found, Workload):
        return found
    if not callable(found):
        kind = type(found).__name__
        raise InputError(f"{plan.workload!r} is a {kind}: name an objective function or a harness.Workload")
    if plan.settings:
        names = ", ".join(name for name, _ in plan.settings)
        raise InputError(f"{plan.workload!r} is a plain objective and takes no settings, but the plan has {names}")
    return Workload(name=plan.workload, objective=found)


_access = DataAccess.PER_TRIAL


def use_data_access(access: DataAccess) -> None:
    """Decide for this process what every `source` does when it is called again."""
    global _access
    _access = access


class _Marked(Generic[P, T]):
    """A function of the user's own with a mark on it: called, pickled and bound as the plain function would be."""

    __qualname__: str  # the function's own

    def __init__(self, function: Callable[P, T]) -> None:
        functools.update_wrapper(self, function)
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        raise NotImplementedError

    def __get__(self, instance: object | None, owner: type | None = None) -> Callable[..., T]:
        """A marked function in a class is a method, as the plain function would be."""
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> str:
        """By name, as functions are pickled: a worker that gets a marked function gets its own module's."""
        return self.__qualname__

    def _counted(self, kind: str, args: Any, kwargs: Any) -> T:
        """The plain function's answer, known to whoever counts repeated work."""
        book = loads()
        if book is None:
            return self._function(*args, **kwargs)
        answer: T = book.call(f"{kind} {self.__qualname__}", self._function, args, kwargs)
        return answer


class Source(_Marked[P, T]):
    """A function that brings data, made by `source`; see there."""

    def __init__(self, function: Callable[P, T]) -> None:
        super().__init__(function)
        self._lock = threading.RLock()  # a source may call itself with other arguments
        self._kept: dict[Any, T] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        with span(LOAD):
            if _access is DataAccess.PER_TRIAL:
                return self._load(args, kwargs)
            key = (args, tuple(sorted(kwargs.items())))
            with self._lock:  # threads that ask for the same data wait for one load
                if key not in self._kept:
                    self._kept[key] = self._load(args, kwargs)
                return self._kept[key]

    def _load(self, args: Any, kwargs: Any) -> T:
        brought: T = take_of(share_in_force())(self._counted("source", args, kwargs))
        return brought

    def forget(self) -> None:
        """Drop what was kept."""
        with self._lock:
            self._kept.clear()


class Feature(_Marked[P, T]):
    """A pure function of its arguments and the sources, made by `feature`; see there."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        with span(FEATURE):
            return self._counted("feature", args, kwargs)


def source(function: Callable[P, T]) -> Source[P, T]:
    """Mark a function that brings data (`@harness.source`), so that data levers act on it.

    A call is charged to the span "load". By default every call loads; a plan with DataAccess.REUSE loads once per
    process and arguments (which must then be hashable), and hands out the same object again.
    """
    return Source(function)


def feature(function: Callable[P, T]) -> Feature[P, T]:
    """Mark a pure function of its arguments and the sources (`@harness.feature`), such as an indicator.

    A call is charged to the span "feature", and a profile counts how often it was asked for the same.
    """
    return Feature(function)
