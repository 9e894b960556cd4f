"""Files of a record opened for reading: plain files only, no link followed, so that a record shows only its own."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from harness.errors import RecordError
from harness.model.bounds import is_component, shown

MOST_FILE_BYTES = 256 * 2**20  # of a file that is read as a whole
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_KINDS = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))


def open_plain(path: Path) -> BinaryIO:
    """The file, opened for reading. Raises FileNotFoundError, or RecordError for a link, a pipe, a device, a folder.

    A pipe would wait for a writer, a device may never end, and a link may lead to any file of whoever reads.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(errno.ENOENT, "no such file", str(path)) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise RecordError(_unopened(path, error)) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "a socket")
        raise RecordError(f"{path} is {kind}, not a file: remove it to read the rest")
    return os.fdopen(descriptor, "rb")


def read_plain(path: Path) -> bytes:
    """All of a file; FileNotFoundError or RecordError as `open_plain`, and RecordError for one that is too large."""
    with open_plain(path) as file:
        try:
            data = file.read(MOST_FILE_BYTES + 1)
        except OSError as error:
            raise RecordError(_unopened(path, error)) from error
    if len(data) > MOST_FILE_BYTES:
        raise RecordError(f"{path} has more than {MOST_FILE_BYTES >> 20} MiB, which no file of its kind has")
    return data


def below(folder: Path, *names: str) -> Path:
    """The path of `names` below `folder`. Raises RecordError for a name that is no component, and for a link."""
    for name in names:
        if not is_component(name):
            raise RecordError(f"{folder}: {shown(name)} is not a record's name (letters, digits, '-', '_', '.')")
        folder = folder / name
        if folder.is_symlink():
            raise RecordError(f"{folder} is a link, which is not followed: put what it names in its place")
    return folder


def is_file(path: Path) -> bool:
    """Whether a file is there, as far as may be seen: Path's own raises PermissionError below a folder kept shut."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """As `is_file`, of a folder."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_there(path: Path) -> bool:
    """As `is_file`, of anything."""
    try:
        return path.exists()
    except OSError:
        return False


def _unopened(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ELOOP, errno.EMLINK):
        return f"{path} is a link, which is not followed: put the file in its place"
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{path} cannot be read ({reason or error}): name another record"
