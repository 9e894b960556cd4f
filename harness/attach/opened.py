"""Files that are opened for reading inside a trial, by whatever code, as the interpreter's audit events tell."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.probes.loads import Loads

_NOT_DATA = (".py", ".pyc", ".so", ".pth", ".pyd")
_SYSTEM = ("/proc/", "/sys/", "/dev/", "<")


def hear_of_opened_files(loads: Loads, in_trial: Callable[[], bool], ignored: Path) -> None:
    """Count files opened for reading inside trials. An audit hook stays for the life of the process."""
    own = str(ignored)

    def on_event(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and in_trial():
            path, _, flags = arguments
            if isinstance(path, str) and flags & os.O_ACCMODE == os.O_RDONLY and is_data(path, own):
                loads.opened(path)

    sys.addaudithook(on_event)


def is_data(path: str, own: str) -> bool:
    """Whether a file may be a study's data: no code, no pseudo-file of the kernel, no record of ours."""
    return not path.endswith(_NOT_DATA) and not path.startswith(_SYSTEM) and not path.startswith(own)
