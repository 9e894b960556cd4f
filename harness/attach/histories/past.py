"""What a reader of a storage hands on: the finished trials, and what else the storage held."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.history import HistoryFacts
from harness.model.plan import Setting
from harness.model.record import TrialState

STATES = {"COMPLETE": TrialState.COMPLETE, "PRUNED": TrialState.PRUNED, "FAIL": TrialState.FAIL}
"""Optuna's names of the finished states; RUNNING and WAITING are the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who ran a trial, where the storage tells."""

    process: str  # one storage object of one process: unlike for any two, except that a fork keeps its parent's
    thread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTrial:
    """A finished trial as its storage keeps it. Counts are of what is stored, in a journal of the calls made."""

    number: int
    state: TrialState
    values: tuple[float, ...] | None
    params: Mapping[str, Setting | None]
    started_s: float  # since the Unix epoch
    elapsed_s: float
    user_attributes: int
    system_attributes: int
    intermediate_values: int
    attribute_bytes: int
    worker: Worker | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A study's history, read at one moment."""

    address: str  # without a password
    facts: HistoryFacts
    trials: tuple[PastTrial, ...]  # finished ones whose times are known
