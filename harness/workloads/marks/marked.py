"""What marked functions have in common: called, pickled and bound as the plain function would be."""

import functools
from collections.abc import Callable, Hashable
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar

from harness.probes.loads import loads

P = ParamSpec("P")
T = TypeVar("T")


class Marked(Generic[P, T]):
    """A function of the user's own with a mark on it."""

    __qualname__: str  # the function's own

    def __init__(self, function: Callable[P, T]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self.name = getattr(self, "__qualname__", type(function).__qualname__).rpartition("<locals>.")[2]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        raise NotImplementedError

    def __get__(self, instance: object | None, owner: type | None = None) -> Callable[..., T]:
        """A marked function in a class is a method, as the plain function would be."""
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> str:
        """By name, as functions are pickled: a worker that gets a marked function gets its own module's."""
        return self.__qualname__

    def _counted(self, kind: str, args: Any, kwargs: Any, known: Any = None) -> T:
        """The plain function's answer, known to whoever counts repeated work."""
        book = loads()
        if book is None:
            return self._function(*args, **kwargs)
        answer: T = book.call(f"{kind} {self.__qualname__}", self._function, args, kwargs, known)
        return answer


def is_hashable(key: Hashable) -> bool:
    """Whether a dict can hold it as a key."""
    try:
        hash(key)
    except TypeError:
        return False
    return True
