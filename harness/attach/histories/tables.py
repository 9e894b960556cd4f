"""Optuna's tables as far as a history needs them: schema 12, which Optuna 3, 4 and 5 share."""

from typing import TYPE_CHECKING

from sqlalchemy import DateTime, Float, Integer, String, column, inspect, select, table

from harness.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

STUDIES = table("studies", column("study_id", Integer), column("study_name", String))
DIRECTIONS = table(
    "study_directions", column("study_id", Integer), column("direction", String), column("objective", Integer)
)
TRIALS = table(
    "trials",
    column("trial_id", Integer),
    column("study_id", Integer),
    column("number", Integer),
    column("state", String),
    column("datetime_start", DateTime),
    column("datetime_complete", DateTime),
)
PARAMS = table(
    "trial_params",
    column("trial_id", Integer),
    column("param_name", String),
    column("param_value", Float),
    column("distribution_json", String),
)
VALUES = table(
    "trial_values",
    column("trial_id", Integer),
    column("objective", Integer),
    column("value", Float),
    column("value_type", String),
)
USER_ATTRIBUTES = table("trial_user_attributes", column("trial_id", Integer), column("value_json", String))
SYSTEM_ATTRIBUTES = table(
    "trial_system_attributes", column("trial_id", Integer), column("key", String), column("value_json", String)
)
INTERMEDIATE_VALUES = table("trial_intermediate_values", column("trial_id", Integer))
VERSION = table("version_info", column("schema_version", Integer), column("library_version", String))
REVISION = table("alembic_version", column("version_num", String))

_NEEDED = (STUDIES, DIRECTIONS, TRIALS, PARAMS, VALUES, USER_ATTRIBUTES, SYSTEM_ATTRIBUTES, INTERMEDIATE_VALUES)


def check_schema(connection: "Connection", shown: str) -> tuple[str | None, str | None]:
    """The schema's name and the version of Optuna that made it. Raises InputError for what is no such database."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    if not there & {"studies", "trials"}:
        found = f"its tables are {', '.join(sorted(there)[:5])}" if there else "it has no tables"
        raise InputError(f"{shown} is no Optuna database: {found}")
    made = connection.execute(select(VERSION)).first() if VERSION.name in there else None
    revision = connection.execute(select(REVISION)).scalar() if REVISION.name in there else None
    optuna = None if made is None else made.library_version
    for needed in _NEEDED:
        columns = {found["name"] for found in inspector.get_columns(needed.name)} if needed.name in there else set()
        lacking = sorted({wanted.name for wanted in needed.columns} - columns)
        if lacking:
            raise InputError(
                f"{shown} has not the tables of Optuna 3 to 5: {needed.name} lacks {', '.join(lacking)}; "
                f"it was made by Optuna {optuna or 'of a version that it does not tell'}: "
                "`optuna storage upgrade` brings an older one up to date"
            )
    schema = None if made is None else f"{made.schema_version}{f' ({revision})' if revision else ''}"
    return schema, optuna
