"""The operations of a journal applied one after another, by the rules of optuna.storages.journal in Optuna 3.1 to 5."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from harness.attach.histories.gathering import StoredTrial, breaks
from harness.attach.histories.parameters import external
from harness.attach.histories.past import STATES, Worker

_STATES = ("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")  # optuna.trial.TrialState by number
_DIRECTIONS = ("not_set", "minimize", "maximize")  # optuna.study.StudyDirection by number


class Operation(IntEnum):
    """Optuna's codes."""

    CREATE_STUDY = 0
    DELETE_STUDY = 1
    SET_STUDY_USER_ATTR = 2
    SET_STUDY_SYSTEM_ATTR = 3
    CREATE_TRIAL = 4
    SET_TRIAL_PARAM = 5
    SET_TRIAL_STATE_VALUES = 6
    SET_TRIAL_INTERMEDIATE_VALUE = 7
    SET_TRIAL_USER_ATTR = 8
    SET_TRIAL_SYSTEM_ATTR = 9
    DISCARD_TRIALS = 10  # another program's; Optuna passes over it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedStudy:
    """A study as the journal made it."""

    name: str
    directions: tuple[str, ...]
    trials: list[StoredTrial] = field(default_factory=list)  # by number


@dataclass(slots=True)
class Replay:
    """What the operations so far have made."""

    studies: dict[int, ReplayedStudy] = field(default_factory=dict)
    senseless: int = 0  # operations that lack what they need
    unknown: int = 0  # operations of a later Optuna
    _trials: list[StoredTrial] = field(default_factory=list)  # by id, those of deleted studies too
    _made: int = 0  # studies so far, deleted ones too

    def apply(self, log: Mapping[str, Any]) -> None:
        """Apply one operation."""
        try:
            self._apply(log)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            self.senseless += 1

    def notes(self) -> list[str]:
        """What could not be understood."""
        if not self.unknown:
            return []
        are = "operation of the journal is" if self.unknown == 1 else "operations of the journal are"
        return [f"{self.unknown:,} {are} of a kind that is not known here: a later Optuna wrote it."]

    def _apply(self, log: Mapping[str, Any]) -> None:
        try:
            operation = Operation(log["op_code"])
        except ValueError:
            self.unknown += 1
            return
        match operation:
            case Operation.CREATE_STUDY:
                self._create_study(log)
            case Operation.DELETE_STUDY:
                self.studies.pop(log["study_id"], None)
            case Operation.CREATE_TRIAL:
                self._create_trial(log)
            case Operation.SET_STUDY_USER_ATTR | Operation.SET_STUDY_SYSTEM_ATTR | Operation.DISCARD_TRIALS:
                pass
            case _:
                self._change_trial(operation, log)

    def _create_study(self, log: Mapping[str, Any]) -> None:
        name = str(log["study_name"])
        if any(study.name == name for study in self.studies.values()):
            return  # two workers made it at once: the first has
        directions = tuple(_DIRECTIONS[number] for number in log["directions"])
        self.studies[self._made] = ReplayedStudy(name=name, directions=directions)
        self._made += 1

    def _create_trial(self, log: Mapping[str, Any]) -> None:
        study = self.studies.get(log["study_id"])
        if study is None:
            return  # deleted by another worker meanwhile
        state = _STATES[log.get("state", 0)]
        distributions = log.get("distributions", {})
        user, system = log.get("user_attrs", {}), log.get("system_attrs", {})
        values = log.get("values") or ([log["value"]] if log.get("value") is not None else None)
        trial = StoredTrial(
            number=len(study.trials),
            state=state,
            began=_time(log.get("datetime_start")),
            ended=_time(log.get("datetime_complete")),
            values=None if values is None else tuple(float(value) for value in values),
            params={name: external(distributions[name], value) for name, value in log.get("params", {}).items()},
            user_attributes=len(user),
            system_attributes=len(system),
            intermediate_values=len(log.get("intermediate_values", {})),
            attribute_bytes=_json_bytes(user) + _json_bytes(system),
            worker=_worker(log) if state == "RUNNING" else None,
            breaks_constraint=any(breaks(*item) for item in system.items()),
        )
        self._trials.append(trial)
        study.trials.append(trial)

    def _change_trial(self, operation: Operation, log: Mapping[str, Any]) -> None:
        number = log["trial_id"]
        if not 0 <= number < len(self._trials):
            return
        trial = self._trials[number]
        if trial.state in STATES:
            return  # finished: Optuna refuses it too
        if operation is Operation.SET_TRIAL_PARAM:
            trial.params[log["param_name"]] = external(log["distribution"], log["param_value_internal"])
        elif operation is Operation.SET_TRIAL_STATE_VALUES:
            _change_state(trial, log)
        elif operation is Operation.SET_TRIAL_INTERMEDIATE_VALUE:
            trial.intermediate_values += 1
        elif operation is Operation.SET_TRIAL_USER_ATTR:
            trial.user_attributes += 1
            trial.attribute_bytes += _json_bytes(log["user_attr"])
        else:
            trial.system_attributes += 1
            trial.attribute_bytes += _json_bytes(log["system_attr"])
            trial.breaks_constraint |= any(breaks(*item) for item in log["system_attr"].items())


def _change_state(trial: StoredTrial, log: Mapping[str, Any]) -> None:
    state = _STATES[log["state"]]
    if state == "RUNNING":
        if trial.state == "RUNNING":
            return  # another worker was quicker to take it out of the queue
        trial.began, trial.worker = _time(log["datetime_start"]), _worker(log)
    elif state in STATES:
        trial.ended = _time(log["datetime_complete"])
    trial.state = state
    if log["values"] is not None:
        trial.values = tuple(float(value) for value in log["values"])


def _json_bytes(attributes: Mapping[str, Any]) -> int:
    """Bytes of the values as a database would store them."""
    return sum(len(json.dumps(value)) for value in attributes.values())


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _worker(log: Mapping[str, Any]) -> Worker:
    process, _, thread = str(log["worker_id"]).rpartition("-")
    return Worker(process=process, thread=thread)
