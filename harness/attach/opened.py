"""Files that a trial opens for reading by `open`, whatever they hold: which, and how often.

The interpreter's audit events would tell as well, but an audit hook hears every `id()` of a process, several hundred
per trial on a database, and cannot be taken out again. So something stands in for `open` itself, under its own name in
each module that has it.
"""

import builtins
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from harness.attach.frames import asking
from harness.attach.hidden import hide_frame
from harness.probes.loads import Loads

_NOT_DATA = (".py", ".pyc", ".so", ".pth", ".pyd")
_ENCODING = 4  # place of this argument of `open`, counted from 1
_SYSTEM = ("/proc/", "/sys/", "/dev/", "<")
_WRITING = frozenset("wax+")


def hear_of_opened_files(loads: Loads, in_trial: Callable[[], bool], ignored: Path) -> Callable[[], None]:
    """Count files opened for reading inside trials; the answer undoes it."""
    plain, own = builtins.open, str(ignored)

    def read(file: Any, mode: Any, caller: FrameType) -> None:
        if in_trial() and isinstance(mode, str) and not _WRITING & set(mode):
            path = path_of(file)
            if path is not None and is_data(path, own):
                loads.opened(path, asking(caller))

    heard = HeardOpen(plain, read)
    homes = [home for home in (builtins, io, sys.modules.get("_io")) if getattr(home, "open", None) is plain]
    for home in homes:
        setattr(home, "open", heard)  # noqa: B010 - the type checker knows what belongs there

    def undo() -> None:
        for home in homes:
            setattr(home, "open", plain)  # noqa: B010

    return undo


class HeardOpen:
    """`open`, heard: a built-in function to whoever asks, and no method of a class that has it as an attribute."""

    __slots__ = ("_plain", "_read")

    def __init__(self, plain: Callable[..., Any], read: Callable[[Any, Any, FrameType], None]) -> None:
        self._plain, self._read = plain, read

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        mode = args[1] if len(args) > 1 else kwargs.get("mode", "r")
        with suppress(Exception):  # whatever is wrong with the arguments, `open` says
            self._read(args[0] if args else kwargs["file"], mode, sys._getframe(1))
        if sys.flags.warn_default_encoding and len(args) < _ENCODING and isinstance(mode, str) and "b" not in mode:
            # the warning is to name the caller's line, not this one
            kwargs["encoding"] = io.text_encoding(kwargs.get("encoding"), 2)
        try:
            return self._plain(*args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise

    @property  # type: ignore[misc]  # nobody sets it
    def __class__(self) -> Any:
        return type(self._plain)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_plain"), name)

    def __eq__(self, other: object) -> bool:
        return other is self or other is self._plain

    def __hash__(self) -> int:
        return hash(self._plain)

    def __repr__(self) -> str:
        return repr(self._plain)

    def __reduce_ex__(self, protocol: Any) -> str:
        return "open"


def _of_plain(name: str) -> property:
    def value(self: HeardOpen) -> Any:
        return getattr(self._plain, name)

    return property(value)


for _name in ("__doc__", "__module__"):  # a class has its own, which would be found first
    setattr(HeardOpen, _name, _of_plain(_name))


def path_of(file: Any) -> str | None:
    """The path that `open` was given; None for a descriptor, and for what is not text."""
    if isinstance(file, str):
        return file
    path = os.fspath(file) if isinstance(file, os.PathLike) else None
    return path if isinstance(path, str) else None


def is_data(path: str, own: str) -> bool:
    """Whether a file may be a study's data: no code, no pseudo-file of the kernel, no record of ours."""
    return not path.endswith(_NOT_DATA) and not path.startswith(_SYSTEM) and not path.startswith(own)
