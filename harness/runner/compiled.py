"""Keeps compiled code of what enters a watched process, so that no Python of a script compiles it at its start."""

import compileall
import os
from collections.abc import Iterable
from pathlib import Path

import harness

_ENTERING = ("attach", "model", "probes")  # what a watched Python may import of ours


def keep_compiled(folders: Iterable[Path] | None = None) -> None:
    """Compile our own modules where that is not done yet, or they are newer.

    An installer does the same, whatever PYTHONDONTWRITEBYTECODE says; a source tree under that setting has none, and
    each Python of the script would compile for 10 ms. Where nothing can be written, nothing is. Never raises.
    """
    package = Path(harness.__file__).parent
    for folder in folders or (package / name for name in _ENTERING):
        try:
            compileall.compile_dir(os.fspath(folder), quiet=2, workers=1)
        except Exception:  # a folder that is being replaced: the script runs all the same
            return
