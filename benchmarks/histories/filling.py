"""Studies of any size, written in bulk into the storages of Optuna: rows as it would have stored them."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

BEGAN = datetime(2026, 1, 1)
TRIAL_S = 3.0
FLOAT = json.dumps({"name": "FloatDistribution", "attributes": {"step": None, "low": 0.0, "high": 1.0, "log": False}})


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much a study holds."""

    trials: int
    params: int = 6
    attributes: int = 0  # user attributes per trial
    intermediate_values: int = 0  # per trial
    workers: int = 8

    @property
    def rows(self) -> int:
        """Rows that belong to trials: parameters, attributes and intermediate values."""
        return self.trials * (self.params + self.attributes + self.intermediate_values)


def fill_database(url: str, name: str, size: Size, *, seed: int = 0) -> None:
    """A finished study in a database, its tables made by Optuna."""
    import optuna
    import sqlalchemy as sa

    storage = optuna.storages.RDBStorage(url)
    study_id = storage.create_new_study([optuna.study.StudyDirection.MINIMIZE], name)
    meta = sa.MetaData()
    meta.reflect(storage.engine)
    with storage.engine.begin() as connection:
        first = (connection.execute(sa.text("SELECT MAX(trial_id) FROM trials")).scalar() or 0) + 1
        for table, rows in _rows(study_id, first, size, seed).items():
            if rows:
                connection.execute(meta.tables[table].insert(), rows)
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT setval('trials_trial_id_seq', (SELECT MAX(trial_id) FROM trials))"))
    storage.engine.dispose()


def fill_journal(path: Path, name: str, size: Size, *, seed: int = 0) -> None:
    """A finished study in a journal file."""
    with path.open("w", encoding="utf-8") as file:
        worker = f"{uuid.UUID(int=1)}-1"
        file.write(_line({"op_code": 0, "worker_id": worker, "study_name": name, "directions": [1]}))
        for trial, drawn in enumerate(_drawn(size, seed)):
            file.writelines(_line(line) for line in _operations(trial, drawn, size))


def _drawn(size: Size, seed: int) -> Iterator[list[float]]:
    draw = np.random.default_rng(seed)
    for _ in range(size.trials):
        yield draw.random(size.params).tolist()


def _times(trial: int, size: Size) -> tuple[datetime, datetime]:
    began = BEGAN + timedelta(seconds=trial * TRIAL_S / size.workers)
    return began, began + timedelta(seconds=TRIAL_S)


def _rows(study_id: int, first: int, size: Size, seed: int) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {
        "trials": [],
        "trial_params": [],
        "trial_values": [],
        "trial_user_attributes": [],
        "trial_intermediate_values": [],
    }
    for number, drawn in enumerate(_drawn(size, seed)):
        trial_id = first + number
        began, ended = _times(number, size)
        rows["trials"].append(
            {
                "trial_id": trial_id,
                "number": number,
                "study_id": study_id,
                "state": "COMPLETE",
                "datetime_start": began,
                "datetime_complete": ended,
            }
        )
        rows["trial_params"] += [
            {"trial_id": trial_id, "param_name": f"p{index}", "param_value": value, "distribution_json": FLOAT}
            for index, value in enumerate(drawn)
        ]
        rows["trial_values"].append({"trial_id": trial_id, "objective": 0, "value": sum(drawn), "value_type": "FINITE"})
        rows["trial_user_attributes"] += [
            {"trial_id": trial_id, "key": f"a{index}", "value_json": json.dumps(number / (index + 1))}
            for index in range(size.attributes)
        ]
        rows["trial_intermediate_values"] += [
            {
                "trial_id": trial_id,
                "step": step,
                "intermediate_value": 1 / (step + 1),
                "intermediate_value_type": "FINITE",
            }
            for step in range(size.intermediate_values)
        ]
    return rows


def _operations(trial: int, drawn: list[float], size: Size) -> Iterator[dict[str, Any]]:
    began, ended = (at.isoformat(timespec="microseconds") + "+00:00" for at in _times(trial, size))
    worker = {"worker_id": f"{uuid.UUID(int=2 + trial % size.workers)}-1"}
    yield {"op_code": 4, **worker, "study_id": 0, "datetime_start": began}
    for index, value in enumerate(drawn):
        yield {
            "op_code": 5,
            **worker,
            "trial_id": trial,
            "param_name": f"p{index}",
            "param_value_internal": value,
            "distribution": FLOAT,
        }
    for index in range(size.attributes):
        yield {"op_code": 8, **worker, "trial_id": trial, "user_attr": {f"a{index}": trial / (index + 1)}}
    for step in range(size.intermediate_values):
        yield {"op_code": 7, **worker, "trial_id": trial, "step": step, "intermediate_value": 1 / (step + 1)}
    yield {"op_code": 6, **worker, "trial_id": trial, "state": 1, "values": [sum(drawn)], "datetime_complete": ended}


def _line(operation: dict[str, Any]) -> str:
    return json.dumps(operation, separators=(",", ":")) + "\n"
