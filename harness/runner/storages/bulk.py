"""A whole trial in one transaction: statements on Optuna's own tables, each carried out once for all its rows."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from optuna.distributions import distribution_to_json
from optuna.storages._rdb import models
from optuna.trial import TrialState
from sqlalchemy import Connection, Engine, Table, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from harness.errors import LackingError
from harness.runner.storages.pending import PendingTrial

_UNFINISHED = (TrialState.RUNNING, TrialState.WAITING)
_INSERTS: Mapping[str, Callable[[Any], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_COLUMNS: Mapping[str, frozenset[str]] = {
    "trials": frozenset({"trial_id", "number", "study_id", "state", "datetime_start", "datetime_complete"}),
    "trial_params": frozenset({"param_id", "trial_id", "param_name", "param_value", "distribution_json"}),
    "trial_user_attributes": frozenset({"trial_user_attribute_id", "trial_id", "key", "value_json"}),
    "trial_system_attributes": frozenset({"trial_system_attribute_id", "trial_id", "key", "value_json"}),
    "trial_values": frozenset({"trial_value_id", "trial_id", "objective", "value", "value_type"}),
    "trial_intermediate_values": frozenset(
        {"trial_intermediate_value_id", "trial_id", "step", "intermediate_value", "intermediate_value_type"}
    ),
}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a trial ends."""

    state: TrialState
    values: Sequence[float] | None
    at: datetime  # local, as Optuna has it


def see_that_tables_are_known(engine: Engine) -> None:
    """Raise LackingError where this version of Optuna has other tables, or the database is one of another kind."""
    way_out = "leave one-write out"
    if engine.dialect.name not in _INSERTS:
        raise LackingError(f"one-write knows SQLite and PostgreSQL, and this database is {engine.name}: {way_out}")
    tables = models.BaseModel.metadata.tables
    for name, expected in _COLUMNS.items():
        found = {column.name for column in tables[name].columns} if name in tables else set()
        if found != expected:
            differing = ", ".join(sorted(found ^ expected))
            raise LackingError(
                f"one-write writes Optuna's tables itself, as they are in Optuna 4.9 and 5.0, and in this version "
                f"{name} differs in {differing}: {way_out}"
            )


def create_trial(connection: Connection, study_id: int, at: datetime) -> tuple[int, int] | None:
    """Create a running trial, its number counted in the same statement: id and number; None where there is no study.

    Safe on SQLite alone, where a statement that writes has the database to itself.
    """
    row = connection.execute(_creation(), {"at": _stored_time(at), "study": study_id}).one_or_none()
    return None if row is None else (row.trial_id, row.number)


def take_up_trial(connection: Connection, trial_id: int, at: datetime) -> int | None:
    """Set a waiting trial running, unless another has done so; its study's id, or None."""
    row = connection.execute(_taking_up(), {"of": trial_id, "at": _stored_time(at)}).one_or_none()
    return None if row is None else int(row.study_id)


def write_trial(
    connection: Connection, trial_id: int, pending: PendingTrial, ending: Ending, packed: Callable[[str], str]
) -> bool:
    """Write what a trial was given, and that it ended; nothing is written, and the answer is no, if it had ended."""
    ended = {"of": trial_id, "to": ending.state, "at": _stored_time(ending.at)}
    if connection.execute(_ending(), ended).rowcount == 0:
        return False
    rows = _rows(trial_id, pending, ending, packed)
    for statement, of_table in zip(_writes(connection.dialect.name), rows, strict=True):
        if of_table:
            connection.execute(statement, of_table)
    return True


def _rows(
    trial_id: int, pending: PendingTrial, ending: Ending, packed: Callable[[str], str]
) -> tuple[list[Row], list[Row], list[Row], list[Row], list[Row]]:
    """In the order of `_writes`."""
    stored = models.TrialValueModel.value_to_stored_repr
    stored_report = models.TrialIntermediateValueModel.intermediate_value_to_stored_repr
    params = [
        {
            "trial_id": trial_id,
            "param_name": name,
            "param_value": float(param.internal),
            "distribution_json": distribution_to_json(param.distribution),
        }
        for name, param in pending.params.items()
    ]
    user = [
        {"trial_id": trial_id, "key": key, "value_json": packed(json.dumps(value))}
        for key, value in pending.user.items()
    ]
    system = [
        {"trial_id": trial_id, "key": key, "value_json": json.dumps(value)} for key, value in pending.system.items()
    ]
    reports = [
        {"trial_id": trial_id, "step": step, "intermediate_value": value, "intermediate_value_type": kind}
        for step, (value, kind) in ((step, stored_report(given)) for step, given in pending.intermediate.items())
    ]
    values = [
        {"trial_id": trial_id, "objective": objective, "value": value, "value_type": kind}
        for objective, (value, kind) in enumerate(stored(float(given)) for given in ending.values or ())
    ]
    return params, user, system, reports, values


@functools.cache
def _writes(dialect: str) -> tuple[Any, Any, Any, Any, Any]:
    """Params, user and system attributes, reports, values: what stands there already is replaced, params stay.

    So does Optuna's own storage, one by one. A row stands there already when another process, or the template that a
    trial was made from, has set the same.
    """
    made = _INSERTS[dialect]
    params = made(_table(models.TrialParamModel)).on_conflict_do_nothing(index_elements=["trial_id", "param_name"])
    return (
        params,
        _replacing(made(_table(models.TrialUserAttributeModel)), "key", "value_json"),
        _replacing(made(_table(models.TrialSystemAttributeModel)), "key", "value_json"),
        _replacing(
            made(_table(models.TrialIntermediateValueModel)), "step", "intermediate_value", "intermediate_value_type"
        ),
        _replacing(made(_table(models.TrialValueModel)), "objective", "value", "value_type"),
    )


def _replacing(statement: Any, key: str, *columns: str) -> Any:
    changes = {column: statement.excluded[column] for column in columns}
    return statement.on_conflict_do_update(index_elements=["trial_id", key], set_=changes)


@functools.cache
def _creation() -> Any:
    trials, studies = _table(models.TrialModel), _table(models.StudyModel)
    study: Any = bindparam("study")
    earlier = select(func.count()).where(trials.c.study_id == study).scalar_subquery()
    row = select(
        earlier, studies.c.study_id, literal(TrialState.RUNNING, trials.c.state.type), _time("at", trials)
    ).where(studies.c.study_id == study)
    made = insert(trials).from_select(["number", "study_id", "state", "datetime_start"], row)
    return made.returning(trials.c.trial_id, trials.c.number)


@functools.cache
def _taking_up() -> Any:
    trials = _table(models.TrialModel)
    is_waiting = trials.c.state == TrialState.WAITING
    changed = {"state": literal(TrialState.RUNNING, trials.c.state.type), "datetime_start": _time("at", trials)}
    of_trial = update(trials).where(trials.c.trial_id == bindparam("of"), is_waiting)
    return of_trial.values(changed).returning(trials.c.study_id)


@functools.cache
def _ending() -> Any:
    trials = _table(models.TrialModel)
    is_open = trials.c.state.in_(_UNFINISHED)
    changed = {"state": bindparam("to", type_=trials.c.state.type), "datetime_complete": _time("at", trials)}
    return update(trials).where(trials.c.trial_id == bindparam("of"), is_open).values(changed)


def _time(name: str, trials: Table) -> Any:
    return bindparam(name, type_=trials.c.datetime_start.type)


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _stored_time(at: datetime) -> datetime:
    """Since version 5 Optuna stores UTC, before that local time."""
    if hasattr(models.TrialModel, "_datetime_start_utc"):
        return at.astimezone(UTC).replace(tzinfo=None)
    return at
