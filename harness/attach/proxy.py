"""A stand-in that passes for what it stands before: by isinstance, attributes, pickle and copies, all but identity."""

import copy
from collections.abc import Callable
from typing import Any

from harness.attach.hidden import hide_frame

_OWN = ("_harness_inner", "_harness_recorder", "_harness_study")


class Proxy:
    """Everything that a subclass does not define itself happens on the inner object.

    `__class__` answers with the inner object's class, so that Optuna's own checks (RDBStorage, BaseHeartbeat,
    HyperbandPruner) and the user's see what they would see without us. A pickle or a copy is one of the inner object
    alone: whoever opens it needs no harness.
    """

    __slots__ = (*_OWN, "__weakref__")

    _harness_inner: Any

    @property
    def __class__(self) -> Any:
        return type(self._harness_inner)

    @__class__.setter
    def __class__(self, kind: Any) -> None:
        self._harness_inner.__class__ = kind

    def __getattr__(self, name: str) -> Any:
        if name in _OWN:  # before __init__ has run
            raise AttributeError(name)
        try:
            return getattr(self._harness_inner, name)
        except BaseException as error:
            hide_frame(error)
            raise

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _OWN:
            object.__setattr__(self, name, value)
        else:
            setattr(self._harness_inner, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._harness_inner, name)

    def __dir__(self) -> Any:
        return dir(self._harness_inner)

    def __repr__(self) -> str:
        return repr(self._harness_inner)

    def __str__(self) -> str:
        return str(self._harness_inner)

    def __eq__(self, other: object) -> bool:
        return bool(self._harness_inner == inner_of(other))

    def __hash__(self) -> int:
        return hash(self._harness_inner)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._harness_inner.__reduce_ex__(protocol)

    def __copy__(self) -> Any:
        return copy.copy(self._harness_inner)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return copy.deepcopy(self._harness_inner, memo)


def standing_for(observer: Callable[..., Any], inner: Any) -> Callable[..., Any]:
    """The observer's class under the name of what it is to stand before, for those who print a type."""
    kind = type(inner)
    named = _named.get((observer, kind))
    if named is None:
        named = type(kind.__name__, (observer,), {"__slots__": (), "__module__": kind.__module__})  # type: ignore[arg-type]
        named.__qualname__ = kind.__qualname__
        _named[observer, kind] = named
    return named


_named: dict[tuple[Any, type], Any] = {}


def is_proxy(value: object) -> bool:
    """Whether `value` is one of ours; `isinstance` is what it deceives."""
    return issubclass(type(value), Proxy)


def inner_of(value: Any) -> Any:
    """What a proxy stands before; anything else as it is."""
    return value._harness_inner if is_proxy(value) else value
