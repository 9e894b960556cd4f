"""A case: one thing to be measured, in the form that both suites run it in."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Run = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One benchmark of both suites.

    `begin(root)` brings about what a call needs and returns the call; `root` is the folder that `bars.prepare` filled.
    It is called before every call and never timed, so that each call meets the same state (an empty study, say);
    what serves all calls of a process (loaded bars, a compiled kernel) it keeps.
    """

    group: str
    name: str
    begin: Callable[[Path], Run]
    bars: int | None = None  # that one call works on
    trials: int | None = None  # that one call runs

    @property
    def id(self) -> str:
        """The name of the case in both suites."""
        return f"{self.group}-{self.name}"


def tree_cpu_s() -> float:
    """CPU seconds of this process and of every descendant that was waited for: a timer for what runs in children."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
