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
def draft_of(path: Path, mode: int = PUBLIC, *, is_synced: bool = False) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` when the block ends well; nothing is left of it otherwise.

    A reader sees the file before or the file after. Two threads or processes that write the same file do not meet. The
    draft is made anew, so that no link in its place is written through. OSError of the writing or the renaming rises
    as it is. One that `is_synced` is on the disk itself, under its name, when the block has ended: a power cut leaves
    the file before or the file after as well.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.unfinished")
    with suppress(FileNotFoundError):  # of a process that was killed and had our number
        draft.unlink()
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
        yield draft
        if is_synced:
            sync(draft)
        draft.replace(path)
        if is_synced:
            sync(path.parent)
    finally:
        with suppress(OSError):  # renamed, or never made
            draft.unlink()


def sync(path: Path) -> None:
    """Return when a file, or the names in a folder, are on the disk itself; nothing where there is no such thing."""
    with suppress(OSError):  # a file system without it: nothing more can be done
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """As `sync`, of a folder's files, its names, and its own name in the folders above it."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file():
            sync(path)
    for place in (folder, folder.parent, folder.parent.parent):
        sync(place)
