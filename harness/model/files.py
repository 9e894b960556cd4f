"""Files that appear whole or not at all: written beside their place, then renamed into it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE, PRIVATE_FOLDER = 0o600, 0o700  # records are for their owner only
PUBLIC = 0o666  # as the user's own umask has it


def make_private(path: Path) -> Path:
    """An empty file for its owner only, where there is none yet; returns the path. Whoever opens it keeps that."""
    path.touch(PRIVATE)
    return path


@contextmanager
def draft_of(path: Path, mode: int = PUBLIC) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` when the block ends well; nothing is left of it otherwise.

    A reader sees the file before or the file after. Two threads or processes that write the same file do not meet. The
    draft is made anew, so that no link in its place is written through. OSError of the writing or the renaming rises
    as it is.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.unfinished")
    with suppress(FileNotFoundError):  # of a process that was killed and had our number
        draft.unlink()
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
        yield draft
        draft.replace(path)
    finally:
        with suppress(OSError):  # renamed, or never made
            draft.unlink()
