"""A memo bounded by bytes: what was used longest ago goes first; threads that want the same wait for one of them."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from harness.workloads.marks.sizes import bytes_in


class Kept(Enum):
    """How an answer came about."""

    HIT = "hit"  # it was there
    NEW = "new"  # computed, and kept
    TOO_LARGE = "too large"  # computed; the memo could not hold it


@dataclass(slots=True)
class _Computing:
    thread: int = field(default_factory=threading.get_ident)
    ended: threading.Event = field(default_factory=threading.Event)


class Memo:
    """Answers by key, at most so many bytes of them."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._computing: dict[Hashable, _Computing] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def answer(self, key: Hashable, compute: Callable[[], Any]) -> tuple[Any, Kept]:
        """The answer for `key`, computed where it is not there; an error of the computation is kept nowhere.

        It is handed out again: NumPy arrays are read-only, pandas objects are shallow copies of what is kept.
        """
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return handed_out(self._kept[key][0]), Kept.HIT
                at_work = self._computing.get(key)
                if at_work is None:
                    self._computing[key] = _Computing()
                    break
            if at_work.thread == threading.get_ident():  # it asks for itself: its own recursion to end
                return compute(), Kept.TOO_LARGE
            at_work.ended.wait()
        try:
            value = read_only(compute())
            return handed_out(value), self._keep(key, value)
        finally:
            with self._lock:
                self._computing.pop(key).ended.set()

    def _keep(self, key: Hashable, value: Any) -> Kept:
        size = bytes_in(value)
        if size > self.most_bytes:
            return Kept.TOO_LARGE
        with self._lock:
            self._kept[key] = (value, size)
            self.held_bytes += size
            while self.held_bytes > self.most_bytes:
                _, (_, freed) = self._kept.popitem(last=False)
                self.held_bytes -= freed
        return Kept.NEW


def read_only(value: Any) -> Any:
    """`value` with its NumPy arrays as read-only views: no trial can spoil another's. In tuples and dicts, too."""
    if type(value).__module__ == "numpy" and hasattr(value, "setflags"):
        view = value.view()
        view.setflags(write=False)
        return view
    return _each(value, read_only)


def handed_out(value: Any) -> Any:
    """pandas objects as shallow copies: writing to one copies, and leaves what is kept alone."""
    if hasattr(value, "iloc"):
        return value.copy(deep=False)
    return _each(value, handed_out)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict) and type(value) is dict:
        return {key: change(item) for key, item in value.items()}
    if isinstance(value, tuple):
        parts = [change(item) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value
