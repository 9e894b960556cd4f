"""A study's history out of Optuna's tables, by plain SELECTs in chunks of trials: short reads, little memory.

Optuna's own RDBStorage is not used: opening one creates tables and writes a version row. No transaction spans the
chunks, so a study that is running is never held up; a finished trial no longer changes, so each is read whole.
"""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from harness.attach.histories import databases
from harness.attach.histories import tables as t
from harness.attach.histories.choosing import choose
from harness.attach.histories.gathering import CONSTRAINTS, Gathered, StoredTrial, breaks
from harness.attach.histories.parameters import external
from harness.attach.histories.past import History
from harness.attach.histories.times import stores_utc, zone_note
from harness.model.history import HistoryFacts, StorageKind

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Select

CHUNK = 5_000  # trials per round of statements
_INFINITE = {"INF_POS": float("inf"), "INF_NEG": float("-inf")}


def read(url: "URL", name: str | None) -> History:
    """The history of a study in a database. Raises InputError or LackingError, never with a password."""
    kind, shown = databases.kind_of(url.drivername), databases.shown_as(url)
    assert kind is not None
    with databases.connected(url) as connection:
        schema, optuna = t.check_schema(connection, shown)
        studies = {found.study_name: found.study_id for found in connection.execute(select(t.STUDIES))}
        study = choose(list(studies), name, shown)
        gathered = Gathered(is_utc=bool(stores_utc(optuna)), has_whole_seconds=kind is StorageKind.MYSQL)
        for trial in _stored_trials(connection, studies[study]):
            gathered.add(trial)
        directions = _directions(connection, studies[study])
    assumed = zone_note(optuna)
    facts = HistoryFacts(
        study=study,
        storage=kind,
        read_s=time.time(),
        optuna=optuna,
        schema=schema,
        directions=directions,
        rows=gathered.rows(
            storage_bytes=databases.sqlite_path(url).stat().st_size if kind is StorageKind.SQLITE else None
        ),
        running=tuple(gathered.running),
        running_since_s=gathered.running_since_s,
        waiting=gathered.waiting,
        workers=None,
        infeasible=tuple(gathered.infeasible),
        notes=(*(() if assumed is None else (assumed,)), *gathered.notes()),
    )
    return History(address=shown, facts=facts, trials=tuple(gathered.trials))


def _directions(connection: "Connection", study_id: int) -> tuple[str, ...]:
    statement = (
        select(t.DIRECTIONS.c.direction).where(t.DIRECTIONS.c.study_id == study_id).order_by(t.DIRECTIONS.c.objective)
    )
    return tuple(str(direction).lower() for direction in _fetch(connection, statement, scalars=True))


def _stored_trials(connection: "Connection", study_id: int) -> Iterator[StoredTrial]:
    """All trials of a study by id, a chunk at a time."""
    columns = t.TRIALS.c
    last = -1
    while True:
        statement = (
            select(columns.trial_id, columns.number, columns.state, columns.datetime_start, columns.datetime_complete)
            .where(columns.study_id == study_id, columns.trial_id > last)
            .order_by(columns.trial_id)
            .limit(CHUNK)
        )
        found = _fetch(connection, statement)
        if not found:
            return
        chunk = {
            trial_id: StoredTrial(number=number, state=state, began=began, ended=ended)
            for trial_id, number, state, began, ended in found
        }
        last = found[-1][0]
        _fill(connection, chunk, (found[0][0], last))
        yield from chunk.values()


def _fill(connection: "Connection", chunk: dict[int, StoredTrial], ids: tuple[int, int]) -> None:
    """What belongs to the chunk's trials. Rows of other studies' trials in the same range are passed over."""
    for trial_id, name, value, distribution in _rows(connection, chunk, _params(ids)):
        chunk[trial_id].params[name] = external(distribution, value)
    for trial_id, value, value_type in _rows(connection, chunk, _values(ids)):
        trial = chunk[trial_id]
        trial.values = (*(trial.values or ()), _INFINITE.get(value_type, value))
    for trial_id, count, size in _rows(connection, chunk, _sizes(connection, t.USER_ATTRIBUTES, ids)):
        chunk[trial_id].user_attributes = count
        chunk[trial_id].attribute_bytes += int(size or 0)  # MySQL sums to a Decimal
    for trial_id, count, size in _rows(connection, chunk, _sizes(connection, t.SYSTEM_ATTRIBUTES, ids)):
        chunk[trial_id].system_attributes = count
        chunk[trial_id].attribute_bytes += int(size or 0)  # MySQL sums to a Decimal
    if any(trial.system_attributes for trial in chunk.values()):
        for trial_id, key, constraint in _rows(connection, chunk, _constraints(ids)):
            with suppress(ValueError):  # not of Optuna's making
                chunk[trial_id].breaks_constraint |= breaks(key, json.loads(constraint))
    for trial_id, count in _rows(connection, chunk, _counts(ids)):
        chunk[trial_id].intermediate_values = count


def _rows(connection: "Connection", chunk: dict[int, StoredTrial], statement: "Select[Any]") -> Iterator[Any]:
    return (row for row in _fetch(connection, statement) if row[0] in chunk)


def _fetch(connection: "Connection", statement: "Select[Any]", *, scalars: bool = False) -> list[Any]:
    """All rows of a statement, in a transaction of its own."""
    result = connection.execute(statement)
    rows = list(result.scalars() if scalars else result)
    connection.rollback()
    return rows


def _params(ids: tuple[int, int]) -> "Select[Any]":
    found = t.PARAMS.c
    return select(found.trial_id, found.param_name, found.param_value, found.distribution_json).where(
        found.trial_id.between(*ids)
    )


def _values(ids: tuple[int, int]) -> "Select[Any]":
    found = t.VALUES.c
    return (
        select(found.trial_id, found.value, found.value_type)
        .where(found.trial_id.between(*ids))
        .order_by(found.trial_id, found.objective)
    )


def _sizes(connection: "Connection", attributes: Any, ids: tuple[int, int]) -> "Select[Any]":
    """How many attributes each trial has, and how long their values are as stored (JSON in ASCII)."""
    length = func.length if connection.dialect.name == "sqlite" else func.octet_length  # no octet_length before 3.43
    found = attributes.c
    return (
        select(found.trial_id, func.count(), func.sum(length(found.value_json)))
        .where(found.trial_id.between(*ids))
        .group_by(found.trial_id)
    )


def _constraints(ids: tuple[int, int]) -> "Select[Any]":
    found = t.SYSTEM_ATTRIBUTES.c
    return select(found.trial_id, found.key, found.value_json).where(
        found.trial_id.between(*ids), found.key.startswith(CONSTRAINTS)
    )


def _counts(ids: tuple[int, int]) -> "Select[Any]":
    found = t.INTERMEDIATE_VALUES.c
    return select(found.trial_id, func.count()).where(found.trial_id.between(*ids)).group_by(found.trial_id)
