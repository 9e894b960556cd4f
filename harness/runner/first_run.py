"""The first run of a workload that nobody has seen yet: how many values it has, and which way they are better."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from harness.model.codec import decode
from harness.model.directions import Directions, DirectionSource, assumed
from harness.model.plan import Plan
from harness.model.record import Record
from harness.model.store import DIRECTIONS, read_json

_NOT_SAID = (DirectionSource.ASSUMED, DirectionSource.STUDY)  # of this objective


def first_run(plan: Plan, run: Callable[[Plan], Record]) -> Record:
    """Run a plan; once more where it has several values and nobody says which way they are better.

    Then all are minimized, as one would be: its cost is as well compared so. The answer may be a run that failed.
    """
    record = run(plan)
    again = directions_to_try(plan, record)
    return record if again is None else run(replace(plan, directions=again))


def directions_to_try(plan: Plan, record: Record) -> Directions | None:
    """What a plan is run with once more, after a run whose objective had more values than anybody had said."""
    count = _surplus(record)
    found = directions_of_run(record.folder)
    if count is None or plan.needs_direction or found is None or found.source not in _NOT_SAID:
        return None
    return assumed(count)


def with_directions(plan: Plan, record: Record) -> Plan:
    """The plan with the directions that a run of it had, so that all others have the same."""
    return replace(plan, directions=directions_of_run(record.folder) or plan.directions, needs_direction=False)


def directions_of_run(folder: Path) -> Directions | None:
    """Which way a run's values were better, and who said so; None for a run that kept none, of an older version."""
    data = read_json(folder / DIRECTIONS)
    return None if data is None else decode(Directions, data, str(folder / DIRECTIONS))


def _surplus(record: Record) -> int | None:
    """How many values the objective returned where its study had another number of directions; else None."""
    for path in sorted(record.folder.glob("error-*.json")):
        error = json.loads(path.read_bytes())
        if error["type"] == "ValueCountError":
            return int(error["values"])
    return None
