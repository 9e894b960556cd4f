"""`history.json`: what a study's storage held beside its finished trials, when `harness study` read it."""

from dataclasses import dataclass
from enum import Enum

HISTORY = "history.json"


class StorageKind(Enum):
    """What an existing study lies in."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRows:
    """What the storage holds of a study: each is a row, or a line, that opening the study reads."""

    trials: int  # in any state
    params: int
    user_attributes: int
    system_attributes: int
    intermediate_values: int
    attribute_bytes: int  # of the attributes' values, as JSON
    storage_bytes: int | None  # of the file, other studies included; None for a server


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFacts:
    """A study as its storage had it at one moment."""

    study: str
    storage: StorageKind
    read_s: float  # when, since the Unix epoch
    optuna: str | None  # the version that made the database; None for a journal, which does not say
    schema: str | None  # of the database
    directions: tuple[str, ...]
    rows: StoredRows
    running: tuple[int, ...]  # numbers of the trials left RUNNING
    running_since_s: float | None  # when the oldest of them began
    waiting: int  # enqueued, not begun
    workers: int | None  # that finished trials; None where the storage does not tell
    infeasible: tuple[int, ...] = ()  # numbers of the trials that break a constraint, by Optuna's own record of it
    notes: tuple[str, ...]  # sentences: what was assumed, and what could not be read
