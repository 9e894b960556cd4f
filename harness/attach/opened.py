"""Files that a trial opens for reading by `open`, whatever they hold: which, and how often.

The interpreter's audit events would tell as well, but an audit hook hears every `id()` of a process, several hundred
per trial on a database, and cannot be taken out again. So `open` itself is wrapped, under its own name in each module
that has it.
"""

import builtins
import functools
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.attach.frames import asking
from harness.probes.loads import Loads

_NOT_DATA = (".py", ".pyc", ".so", ".pth", ".pyd")
_SYSTEM = ("/proc/", "/sys/", "/dev/", "<")
_WRITING = frozenset("wax+")


def hear_of_opened_files(loads: Loads, in_trial: Callable[[], bool], ignored: Path) -> Callable[[], None]:
    """Count files opened for reading inside trials; the answer undoes it."""
    plain, own = builtins.open, str(ignored)

    @functools.wraps(plain)
    def open(file: Any, mode: Any = "r", *args: Any, **kwargs: Any) -> Any:  # noqa: A001 - it stands in for that one
        if in_trial() and isinstance(mode, str) and not _WRITING & set(mode):
            path = path_of(file)
            if path is not None and is_data(path, own):
                loads.opened(path, asking(sys._getframe(1)))
        return plain(file, mode, *args, **kwargs)

    homes = [home for home in (builtins, io, sys.modules.get("_io")) if getattr(home, "open", None) is plain]
    for home in homes:
        setattr(home, "open", open)  # noqa: B010 - the type checker knows what belongs there

    def undo() -> None:
        for home in homes:
            setattr(home, "open", plain)  # noqa: B010

    return undo


def path_of(file: Any) -> str | None:
    """The path that `open` was given; None for a descriptor, and for what is not text."""
    try:
        path = os.fspath(file)
    except TypeError:
        return None
    return path if isinstance(path, str) else None


def is_data(path: str, own: str) -> bool:
    """Whether a file may be a study's data: no code, no pseudo-file of the kernel, no record of ours."""
    return not path.endswith(_NOT_DATA) and not path.startswith(_SYSTEM) and not path.startswith(own)
