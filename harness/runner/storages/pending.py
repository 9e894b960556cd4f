"""What a running trial has been given and the storage has not: kept in this process until the trial ends."""

import copy
import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

_KEPT = 256  # finished trials that no read has asked for yet; a trial that was dropped is read like any other
_SCALARS = frozenset({str, int, float, bool, type(None)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter as a storage keeps it."""

    internal: float
    distribution: BaseDistribution


def given_back(value: Any) -> Any:
    """What JSON would give back of a value, of which later changes to the value change nothing.

    Raises TypeError or ValueError for what JSON cannot say, as json.dumps does. What JSON gives back as it is, which is
    nearly everything, is copied: writing a long curve and reading it again would take 20 times as long.
    """
    try:
        return _copied(value)
    except RecursionError:
        return json.loads(json.dumps(value))  # which says what is wrong


def _copied(value: Any) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is list or kind is tuple:
        return list(value) if _SCALARS.issuperset(map(type, value)) else [_copied(one) for one in value]
    if kind is dict and all(type(key) is str for key in value):
        return {key: _copied(one) for key, one in value.items()}
    return json.loads(json.dumps(value))


class PendingTrial:
    """A trial that runs in this process: how it was created, and what it has been given since."""

    __slots__ = ("_created", "intermediate", "params", "study_id", "system", "user")

    def __init__(self, study_id: int, created: FrozenTrial) -> None:
        self.study_id = study_id
        self._created = created
        self.params: dict[str, Param] = {}
        self.user: dict[str, Any] = {}
        self.system: dict[str, Any] = {}
        self.intermediate: dict[int, float] = {}

    def suggest(self, name: str, param: Param) -> None:
        """A second value for a parameter changes nothing, as in Optuna's RDBStorage."""
        if name not in self._created.params:
            self.params.setdefault(name, param)

    def report(self, step: int, value: float) -> None:
        self.intermediate[int(step)] = float(value)

    def seen(self) -> FrozenTrial:
        """The trial as a plain storage would give it now; later writes do not change it."""
        trial = copy.copy(self._created)
        params = dict(self.params)
        values = {name: param.distribution.to_external_repr(param.internal) for name, param in params.items()}
        distributions = {name: param.distribution for name, param in params.items()}
        trial.params = {**self._created.params, **values}
        trial.distributions = {**self._created.distributions, **distributions}
        trial.user_attrs = {**self._created.user_attrs, **self.user}
        trial.system_attrs = {**self._created.system_attrs, **self.system}
        trial.intermediate_values = {**self._created.intermediate_values, **self.intermediate}
        return trial

    def ended(self, state: TrialState, values: Sequence[float] | None, at: datetime) -> FrozenTrial:
        """The trial as it is once everything is stored."""
        trial = self.seen()
        trial.state = state
        trial.datetime_complete = at
        if values is not None:
            trial.values = list(values)
        return trial


class PendingTrials:
    """The trials that run in this process, and the last ones that ended in it.

    Each operation is one on a dictionary, so that threads need no lock: a trial has one writer, its own thread.
    """

    def __init__(self) -> None:
        self._running: dict[int, PendingTrial] = {}
        self._ended: OrderedDict[int, FrozenTrial] = OrderedDict()

    def begin(self, study_id: int, created: FrozenTrial) -> None:
        self._running[created._trial_id] = PendingTrial(study_id, created)

    def running(self, trial_id: int) -> PendingTrial | None:
        return self._running.get(trial_id)

    def end(self, trial_id: int, ended: FrozenTrial | None = None) -> None:
        """Called when everything has been stored: until then the trial stays as it is. `ended` is kept for reading."""
        if ended is not None:
            self._ended[trial_id] = ended
        self._running.pop(trial_id, None)
        while len(self._ended) > _KEPT:
            self._ended.popitem(last=False)

    def just_ended(self, trial_id: int) -> FrozenTrial | None:
        return self._ended.get(trial_id)

    def hand_over(self, trial_id: int) -> FrozenTrial | None:
        """The ended trial, which is kept no longer: whoever reads all trials keeps it itself."""
        return self._ended.pop(trial_id, None)

    def forget(self, study_id: int) -> None:
        """A study was deleted, and its ids may be given out again."""
        self._running = {key: trial for key, trial in self._running.items() if trial.study_id != study_id}
        self._ended.clear()

    def over(self, trials: Iterable[FrozenTrial]) -> list[FrozenTrial]:
        """Trials as read from a storage, with what it does not know yet of those that run here."""
        return [self._over(trial) for trial in trials]

    def _over(self, trial: FrozenTrial) -> FrozenTrial:
        pending = None if trial.state.is_finished() else self._running.get(trial._trial_id)
        return trial if pending is None else pending.seen()
