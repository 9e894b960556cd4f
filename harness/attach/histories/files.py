"""The file that a study lies in, looked at before anything is opened: what is wrong with it, in one sentence."""

import stat
from pathlib import Path

from harness.errors import InputError


def check_file(path: Path) -> None:
    """Raises InputError for what is no regular file with something in it that can be read."""
    try:
        found = path.stat()
        if stat.S_ISREG(found.st_mode):
            path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a name that no file can have
        raise InputError(f"there is no file {path}: name the study's database or journal") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}): name a file that can") from error
    if stat.S_ISDIR(found.st_mode):
        raise InputError(f"{path} is a folder: name the database or journal file in it")
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"{path} is no regular file: name the study's database or journal")
    if not found.st_size:
        raise InputError(f"{path} is empty: no study was ever written to it")
