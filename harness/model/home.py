"""Where records live: `.harness/` below the current directory, or HARNESS_HOME; and the names of new runs."""

import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from harness.errors import InputError
from harness.model.files import PRIVATE_FOLDER

VARIABLE = "HARNESS_HOME"


def home(environment: Mapping[str, str] | None = None) -> Path:
    """The folder of all records; it need not exist yet."""
    named = (os.environ if environment is None else environment).get(VARIABLE)
    return Path(named) if named else Path.cwd() / ".harness"


def new_id(started_s: float) -> str:
    """A name for a series of runs that sorts by time."""
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(started_s))}-{secrets.token_hex(2)}"


def new_run_folder(root: Path, label: str, now_s: float) -> Path:
    """Make `<root>/runs/<id>/`; the id sorts by time and cannot collide. Raises InputError where none can be made."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now_s))
    word = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in label)[:40]
    return make_folder(root, f"runs/{stamp}-{word}-{secrets.token_hex(3)}", is_new=True)


def make_folder(root: Path, name: str, *, is_new: bool = False) -> Path:
    """Make the folder `name` below the records' root; raises InputError where none can be made.

    One that is there already is as good, unless it `is_new`. What is made is for its owner only.
    """
    folder = root / name
    try:
        _make_private(folder.parent)
        folder.mkdir(PRIVATE_FOLDER, exist_ok=not is_new)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"no record can be kept in {root} ({reason}): set {VARIABLE} to a folder that can") from error
    return folder


def _make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner only: mkdir gives the last alone a mode."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
