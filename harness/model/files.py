"""Files that appear whole or not at all: written beside their place, then renamed into it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` when the block ends well; nothing is left of it otherwise.

    A reader sees the file before or the file after. Two threads or processes that write the same file do not meet.
    OSError of the writing or the renaming rises as it is.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.unfinished")
    try:
        yield draft
        draft.replace(path)
    finally:
        with suppress(OSError):  # renamed, or never made
            draft.unlink()
