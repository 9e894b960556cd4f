"""Times the imports of a watched process by top-level package, without a frame or a wrapper in anybody's way.

A module's spec has its `_initializing` set by the import system when the module's code begins, and unset when it has
ended, however it ended. The spec of the first module of a package is given a class that notes both moments, and has its
own class back after the second. What a package imports of itself, and what the standard library is to others, is not
timed apart.
"""

import sys
import time
from _frozen_importlib import ModuleSpec
from _thread import get_ident

TYPE_CHECKING = False  # nothing is imported into a process that the script itself would not find there
if TYPE_CHECKING:
    from typing import Any

MOST_STRETCHES = 512
_BEGUN = "_is_timed"
_TOGETHER_NS = 1_000_000  # stretches of imports that follow each other this closely are kept as one


class ImportClock:
    """A finder that finds nothing itself, and notes how long what others found took to be executed."""

    def __init__(self) -> None:
        self.packages: dict[str, list[int]] = {}  # top-level name -> wall ns, own wall ns
        self.stretches: list[
            list[int]
        ] = []  # of outermost imports: begin, end, wall in them, CPU; ns, the first two of the performance counter
        self._open: list[list[Any]] = []  # of the importing thread: name, begin, wall of what it imported, begin of CPU
        self._thread: int | None = None
        self._is_finding = False

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        if self._is_finding or not self._is_wanted(name):
            return None
        self._is_finding = True
        try:
            for finder in sys.meta_path:
                find = None if finder is self else getattr(finder, "find_spec", None)
                spec = None if find is None else find(name, path, target)
                if spec is not None:
                    if type(spec) is ModuleSpec:
                        spec.__class__ = _timed(self)
                    return spec
        finally:
            self._is_finding = False
        return None

    def _is_wanted(self, name: str) -> bool:
        opened = self._open
        if not opened:
            return True
        if self._thread != get_ident():
            return False  # of another thread meanwhile: part of what that thread does
        top = name.partition(".")[0]
        return top not in sys.stdlib_module_names and all(top != one[0] for one in opened)

    def begin(self, name: str) -> bool:
        """The code of a module begins to be executed; False where another thread's import is being timed."""
        if not self._open:
            self._thread = get_ident()
        elif self._thread != get_ident():
            return False
        self._open.append([name, time.perf_counter_ns(), 0, 0 if self._open else time.thread_time_ns()])
        return True

    def end(self) -> None:
        """It has ended."""
        if not self._open:
            return
        name, began_ns, inner_ns, began_cpu_ns = self._open.pop()
        now_ns = time.perf_counter_ns()
        wall_ns = now_ns - began_ns
        known = self.packages.setdefault(name, [0, 0])
        known[0] += wall_ns
        known[1] += wall_ns - inner_ns
        if self._open:
            self._open[-1][2] += wall_ns
            return
        cpu_ns = time.thread_time_ns() - began_cpu_ns
        last = self.stretches[-1] if self.stretches else None
        if last is not None and (began_ns - last[1] < _TOGETHER_NS or len(self.stretches) >= MOST_STRETCHES):
            last[1] = now_ns
            last[2] += wall_ns
            last[3] += cpu_ns
        else:
            self.stretches.append([began_ns, now_ns, wall_ns, cpu_ns])

    def forget(self) -> None:
        """In a forked child: what was imported is its parent's."""
        self.packages, self.stretches, self._open = {}, [], []


def _timed(clock: ImportClock) -> type[ModuleSpec]:
    """A class of specs that tells the clock when their module begins and ends."""
    known: type[ModuleSpec] | None = clock.__dict__.get("timed")
    if known is not None:
        return known

    class Timed(ModuleSpec):
        @property
        def _initializing(self) -> bool:
            return bool(self.__dict__.get("_initializing", False))

        @_initializing.setter
        def _initializing(self, value: bool) -> None:
            self.__dict__["_initializing"] = value
            if value:
                self.__dict__[_BEGUN] = clock.begin(self.name.partition(".")[0])
            else:
                self.__class__ = ModuleSpec  # type: ignore[assignment]
                if self.__dict__.pop(_BEGUN, False):
                    clock.end()

        def __reduce_ex__(self, protocol: "Any") -> "Any":
            self.__class__ = ModuleSpec  # type: ignore[assignment]
            return self.__reduce_ex__(protocol)

    Timed.__name__ = Timed.__qualname__ = ModuleSpec.__name__
    Timed.__module__ = ModuleSpec.__module__
    clock.__dict__["timed"] = Timed
    return Timed
