"""Whose code a frame of a watched process runs: the standard library's, a library's, ours, or the user's own."""

import os
from pathlib import Path
from types import FrameType

from harness.probes.loads import Place

_STANDARD = str(Path(os.__file__).parent)
_INSTALLED = "-packages"  # site or dist
_OWN = str(Path(__file__).parents[1])
_WORKLOADS = f"{_OWN}/workloads/"  # what is measured, as a user's own code is
_MARKS = (f"{_WORKLOADS}marks/", f"{_WORKLOADS}base.py")
_DEEPEST = 50


def is_standard(file: str) -> bool:
    """Whether code lies in the standard library."""
    return file.startswith("<frozen") or (file.startswith(_STANDARD) and _INSTALLED not in file)


def is_users(file: str) -> bool:
    """Whether code is neither a library's nor ours. The reference workload is the user's, where that is what runs."""
    if is_standard(file) or _INSTALLED in file or file.startswith("<"):
        return False
    return not file.startswith(_OWN) or (file.startswith(_WORKLOADS) and not file.startswith(_MARKS))


def asking(frame: FrameType | None) -> Place | None:
    """The first frame that is not the standard library's (pathlib, gzip, json), from this one up."""
    for _ in range(_DEEPEST):
        if frame is None:
            return None
        if not is_standard(frame.f_code.co_filename):
            return _place(frame)
        frame = frame.f_back
    return None


def users(frame: FrameType | None) -> Place | None:
    """The first frame that is the user's own, from this one up."""
    for _ in range(_DEEPEST):
        if frame is None:
            return None
        if is_users(frame.f_code.co_filename):
            return _place(frame)
        frame = frame.f_back
    return None


def _place(frame: FrameType) -> Place:
    code = frame.f_code
    return code.co_filename, frame.f_lineno or code.co_firstlineno, code.co_qualname
