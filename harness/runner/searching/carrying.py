"""What one leg of a search learns from those before: their best points, and the best one so far."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

Point = Mapping[str, Any]


def best_points(trials: Sequence[FrozenTrial], direction: StudyDirection, count: int) -> tuple[Point, ...]:
    """Parameters of the best complete trials, best first, the earlier one where two are equal; each point once."""
    ranked = sorted((trial for trial in trials if is_judged(trial)), key=lambda trial: _rank(trial, direction))
    points: list[Point] = []
    for trial in ranked:
        if len(points) == count:
            break
        if trial.params not in points:
            points.append(trial.params)
    return tuple(points)


def is_judged(trial: FrozenTrial) -> bool:
    """Whether a trial has a value to be ranked by."""
    return trial.state is TrialState.COMPLETE and trial.value is not None and not math.isnan(trial.value)


def _rank(trial: FrozenTrial, direction: StudyDirection) -> tuple[float, int]:
    value = trial.value
    assert value is not None
    return (-value if direction is StudyDirection.MAXIMIZE else value), trial.number
