"""How many processes this one starts (`subprocess`, `os.fork`) while trials are under way.

Samples of the process tree see only those that live long enough; the call that starts one sees each.
"""

import functools
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any


class Commands:
    """Counts the processes started while `is_counting` says so."""

    def __init__(self, is_counting: Callable[[], bool]) -> None:
        self._is_counting = is_counting
        self.forget()

    def forget(self) -> None:
        """Begin with nothing, as a forked child must."""
        self._lock = threading.Lock()
        self.count = 0

    def started(self) -> None:
        """One more."""
        if self._is_counting():
            with self._lock:
                self.count += 1


def hear_of_commands(commands: Commands, subprocess: ModuleType) -> Callable[[], None]:
    """Count what `subprocess` starts; the answer undoes it. Forks are told by `os` itself.

    Only `subprocess`'s own names for the system's calls are replaced: nobody else calls them.
    """
    undone: list[Callable[[], None]] = []
    for home, name in ((subprocess, "_fork_exec"), (subprocess.Popen, "_posix_spawn")):
        plain = getattr(home, name, None)
        if plain is not None:
            setattr(home, name, _counting(plain, commands))
            undone.append(functools.partial(setattr, home, name, plain))

    def undo() -> None:
        for step in undone:
            step()

    return undo


def _counting(plain: Any, commands: Commands) -> Any:
    @functools.wraps(plain)
    def start(*args: Any, **kwargs: Any) -> Any:
        commands.started()
        return plain(*args, **kwargs)

    return start
