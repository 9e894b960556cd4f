"""How large the attributes are that a run stored, out of the study that lies in its record; read without Optuna."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from harness.attach.histories.journal_lines import JournalLines
from harness.attach.histories.replay import Operation
from harness.attach.histories.sqlite_files import connect
from harness.errors import InputError
from harness.model.store import STUDY_DATABASE, STUDY_JOURNAL


def largest_attribute_bytes(folder: Path) -> int | None:
    """Bytes of JSON of the largest user attribute that any trial has, of whatever state.

    None where there is none, where the study was kept in memory, or where its file cannot be read.
    """
    database, journal = folder / STUDY_DATABASE, folder / STUDY_JOURNAL
    try:
        if database.exists():
            return _in_database(database)
        return _in_journal(journal) if journal.exists() else None
    except (InputError, OSError, sqlite3.Error):
        return None


def _in_database(path: Path) -> int | None:
    """Optuna stores JSON in ASCII: a character is a byte."""
    with closing(connect(path)) as connection:
        found = connection.execute("SELECT MAX(LENGTH(value_json)) FROM trial_user_attributes").fetchone()
    largest: int | None = found[0]
    return largest


def _in_journal(path: Path) -> int | None:
    values = (value for log in JournalLines(path) for value in _user_attributes(log))
    return max((len(json.dumps(value)) for value in values), default=None)


def _user_attributes(log: dict[str, Any]) -> Iterator[Any]:
    """What an operation gives a trial, which a template may bring along."""
    match log["op_code"]:
        case Operation.SET_TRIAL_USER_ATTR:
            yield from log["user_attr"].values()
        case Operation.CREATE_TRIAL:
            yield from log.get("user_attrs", {}).values()
