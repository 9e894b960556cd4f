"""Whose code a frame is: the user's, a library's or the harness's own; and the name by which its file is shown."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path, PurePosixPath

import harness
from harness.model.stacks import Frame
from harness.probes.reader_names import is_reader_at

_INSTALLED = re.compile(r"[/\\](?:site|dist)-packages[/\\]")
_STANDARD = re.compile(r"[/\\]lib(?:64)?[/\\]python\d[\d.]*[/\\]|[/\\]python\d+\.zip[/\\]", re.IGNORECASE)
_OBSERVERS = (
    "/attach/charging.py",
    "/attach/storage.py",
    "/attach/sampler.py",
    "/attach/pruner.py",
    "/attach/readers.py",
)
_MARKS = ("/workloads/base.py", "/workloads/marks/")  # the first: where records of earlier versions have them
READER = "counting.<locals>.reader"
"""The wrapper that records of earlier versions have around a reader."""
WRAPPERS = frozenset({READER, "sized.<locals>.method"})  # the second: attach/row_methods.py's, around pandas' methods


class Whose(Enum):
    """Whose code it is."""

    USER = "user"
    LIBRARY = "library"  # installed packages, the standard library, code without a file
    HARNESS = "harness"  # except its reference workloads, which are what is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Where code lies on the machine that was measured: roots of the harness, and of what the user knows.

    Build it with `code_of`: a record may be read on another machine.
    """

    harness: tuple[str, ...]
    home: str | None  # the script's folder, or the one its path is relative to

    def whose(self, frame: Frame) -> Whose:
        return Whose.HARNESS if frame.function in WRAPPERS else _whose(frame.file, self.harness)

    def is_user(self, frame: Frame) -> bool:
        return self.whose(frame) is Whose.USER

    def is_reader(self, frame: Frame) -> bool:
        """Whether a library's frame is one that brings data in."""
        if frame.function == READER:
            return True
        match = _INSTALLED.search(frame.file)
        return match is not None and is_reader_at(frame.file[match.end() :], frame.function)

    def shown(self, file: str) -> str:
        """A file's name from where it says something: below the script's folder, or in a package."""
        match = _INSTALLED.search(file) or _STANDARD.search(file)
        if match is not None:
            return file[match.end() :]
        for root in self.harness:
            if file.startswith(f"{root}/"):
                return f"harness/{file[len(root) + 1 :]}"
        if self.home is not None and file.startswith(f"{self.home}/"):
            return file[len(self.home) + 1 :]
        return file


def code_of(frames: Iterable[Frame], command: Sequence[str]) -> Code:
    """What the frames of a run and the command that the user typed tell of where things lay."""
    files = {frame.file for frame in frames}
    return Code(harness=_harness_roots(files), home=_home(files, command))


def _harness_roots(files: set[str]) -> tuple[str, ...]:
    """This installation's folder, and any other that holds one of our observers: the run's own."""
    roots = {str(Path(harness.__file__).parent)}
    for file in files:
        for observer in _OBSERVERS:
            root = file.removesuffix(observer)
            if root != file and root.endswith("/harness"):
                roots.add(root)
    return tuple(sorted(roots))


def _home(files: set[str], command: Sequence[str]) -> str | None:
    """The folder in which the command's script was named, found by the end of the script's own path."""
    for ending in _scripts(command):
        found = sorted((file for file in files if file.endswith(f"/{ending}")), key=_likeness)
        if found:
            return found[0][: -len(ending) - 1] or None
    return None


def _likeness(file: str) -> tuple[bool, int]:
    """A script called study.py is not the library's module of that name, though that one's path may be shorter."""
    return bool(_INSTALLED.search(file) or _STANDARD.search(file)), len(file)


def _scripts(command: Sequence[str]) -> list[str]:
    """What the path of the script's file may end with, longest first."""
    words = list(command)
    if "-m" in words[:2] and len(words) > words.index("-m") + 1:
        module = words[words.index("-m") + 1].replace(".", "/")
        return [f"{module}.py", f"{module}/__main__.py"]
    given = next((word for word in words if word.endswith(".py")), None)
    if given is None:
        return []
    path = PurePosixPath(os.path.normpath(given))
    if path.is_absolute():  # its own folder is what the user knows
        return [path.name]
    return ["/".join(part for part in path.parts if part != "..")]


@lru_cache(maxsize=65_536)
def _whose(file: str, roots: tuple[str, ...]) -> Whose:
    for root in roots:
        if file.startswith(f"{root}/"):
            below = file[len(root) :]
            is_workload = below.startswith("/workloads/") and not below.startswith(_MARKS)
            return Whose.USER if is_workload else Whose.HARNESS
    if not file or file.startswith("<") or _INSTALLED.search(file) or _STANDARD.search(file):
        return Whose.LIBRARY
    return Whose.USER
