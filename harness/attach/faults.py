"""A fault of ours inside a watched process: left beside its record, and never the script's."""

import os
import traceback
from contextlib import suppress
from pathlib import Path

from harness.model.descriptors import may_grow_to
from harness.model.redaction import redacted

MOST_BYTES = 65_536  # of one process's faults: a fault that comes with every trial must not fill the disk


def note_fault(folder: Path, error: Exception) -> None:
    """Append the traceback to `fault-<pid>.txt`; nothing where that cannot be written."""
    with suppress(Exception):
        text = redacted("".join(traceback.format_exception(error))).encode(errors="replace")
        number = os.open(
            folder / f"fault-{os.getpid()}.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        try:
            size = os.fstat(number).st_size + len(text)
            if size <= MOST_BYTES and may_grow_to(size):
                os.write(number, text)
        finally:
            os.close(number)
