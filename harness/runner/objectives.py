"""What an objective returned and Optuna refuses: kept, so that a run whose trials all fail can say why."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

from harness.errors import ValueCountError
from harness.model.directions import Directions, DirectionSource
from harness.model.record import TrialState
from harness.workloads.base import Objective

REFUSED = "refused-{pid}.json"  # in a run's record: {"sentence": ...}
REFUSED_GLOB = "refused-*.json"


def checked(objective: Objective, directions: Directions, keep: Callable[[str], None]) -> Objective:
    """The objective; `keep` hears of the first of its results that Optuna refuses, with the trial's number.

    Raises ValueCountError where the first result of this process has a wrong number of values: so would all others.
    """
    count, is_kept, has_passed = len(directions.each), False, False

    @wraps(objective)
    def call(trial: Any) -> float | Sequence[float]:
        nonlocal is_kept, has_passed
        result = objective(trial)
        if has_passed and is_kept:  # nothing more is to be learned
            return result
        values = values_of(result)
        if isinstance(result, str | bytes):
            values = (result,) * count
        if len(values) == count and not (why := refusal(values)):
            has_passed = True
            return result
        if len(values) != count:
            returned, wanted = _counted(len(values), "value"), _counted(count, "direction")
            why = f"the objective returned {returned}, and the study has {wanted}"
            if not has_passed and len(values) > 1:
                raise ValueCountError(f"{why} ({_source(directions)}): {way_out(len(values))}", len(values))
        if not is_kept:
            is_kept = True
            keep(f"trial {trial.number}: {why}")
        return result

    return call


def why_all_failed(folder: Path) -> str | None:
    """Why the first trial of a run failed, where all of them did; None where one did not, or there is none."""
    found = False
    for path in sorted(folder.glob("trials-*.jsonl")):
        for row in _trials(path):
            if row["state"] != TrialState.FAIL.value:
                return None
            found = True
    if not found:
        return None
    kept = [json.loads(path.read_bytes())["sentence"] for path in sorted(folder.glob(REFUSED_GLOB))]
    return str(kept[0]) if kept else "the objective says nothing of it"


def _trials(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:  # torn by a kill
                continue
            if row.get("kind") == "trial":
                yield row


def values_of(result: Any) -> Sequence[Any]:
    """The values of a result, as Optuna takes them."""
    if isinstance(result, Sequence):  # text as well: Optuna takes its letters for values
        return result
    return (result,)


def refusal(values: Sequence[Any]) -> str | None:
    """Why Optuna fails a trial with these values, as a clause; None where it takes them."""
    for value in values:
        try:
            number = float(value)
        except (TypeError, ValueError):
            what = "None" if value is None else f"{value!r:.60}, of type {type(value).__name__}"
            return f"the objective returned {what}, which is not a number"
        if math.isnan(number):
            return "the objective returned nan, which Optuna takes for a failed trial"
    return None


def way_out(count: int) -> str:
    """How to give so many directions."""
    example = " ".join(["--direction minimize", *["--direction maximize"] * (count - 1)])
    return f"give one for each value, such as {example}"


def _source(directions: Directions) -> str:
    match directions.source:
        case DirectionSource.OPTION:
            return "from --direction"
        case DirectionSource.WORKLOAD:
            return "from the workload's own directions"
        case DirectionSource.STUDY:
            return "from create_study in its module"
        case DirectionSource.ASSUMED:
            return "assumed"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
