"""The best values of a study: whose they are, when they were found, with which parameters; and its Pareto front."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.model.lines import stream_rows
from harness.model.plan import Setting
from harness.model.record import TrialState
from harness.model.trial_checks import check_trial
from harness.profile.columns import STATES, Floats, Trials
from harness.profile.facts import Study

SHOWN = 3  # studies whose best trials are looked up
_COMPLETE = STATES.index(TrialState.COMPLETE)
_MOST_COMPARED = 20_000  # trials, for the front of three objectives and more


@dataclass(frozen=True, slots=True, kw_only=True)
class BestTrial:
    """The trial with the best value of one objective; of equals, the first by number."""

    objective: int  # from 0
    direction: str
    value: float
    number: int
    found_s: float  # from the first trial's begin to this one's end
    of_trials: float  # share of the study's trials that had ended by then
    params: tuple[tuple[str, Setting | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyBest:
    """What a study has found."""

    study: int  # index into Profile.studies
    completed: int  # trials with a value for each objective, that break no constraint
    infeasible: int  # complete trials that do
    trials: tuple[BestTrial, ...]  # one for each objective; none where no trial completed
    front: int | None  # trials that no other one dominates; None: one objective, or too many trials to compare


def best_of(
    folder: Path, trials: Trials, studies: Sequence[Study], infeasible: Sequence[int] = ()
) -> tuple[StudyBest, ...]:
    """Of the studies with most trials, in their order; those whose directions are not known are left out.

    `infeasible` are numbers of trials that break a constraint, which Optuna takes for no best trial either.
    """
    known = [index for index, study in enumerate(studies) if study.directions]
    most = sorted(sorted(known, key=lambda index: -studies[index].trials)[:SHOWN])
    found = {index: _best(trials, index, studies[index].directions, infeasible) for index in most}
    wanted = {int(trials.number[row]) for rows, *_ in found.values() for row in rows}
    params = _params(folder, wanted)
    return tuple(
        StudyBest(
            study=index,
            completed=completed,
            infeasible=left_out,
            front=front,
            trials=tuple(
                _trial(trials, row, place, studies[index].directions[place], params) for place, row in enumerate(rows)
            ),
        )
        for index, (rows, completed, left_out, front) in found.items()
    )


def _best(
    trials: Trials, study: int, directions: Sequence[str], infeasible: Sequence[int]
) -> tuple[list[int], int, int, int | None]:
    """Rows of the best trials by objective, how many completed, how many are infeasible, and the front's size."""
    values = _values(trials, len(directions))
    complete = (trials.study == study) & (trials.state == _COMPLETE) & np.all(np.isfinite(values) | np.isinf(values), 1)
    breaks = np.isin(trials.number, np.asarray(infeasible, dtype=np.int64)) if len(infeasible) else complete & False
    rows = np.flatnonzero(complete & ~breaks)
    if not len(rows):
        return [], 0, int(np.sum(complete & breaks)), None
    signs = np.asarray([-1.0 if direction == "maximize" else 1.0 for direction in directions])
    losses = values[rows] * signs
    best = [int(rows[place]) for place in np.argmin(losses, axis=0)]  # of equals the first: rows go by number
    front = front_size(losses) if len(directions) > 1 else None
    return best, len(rows), int(np.sum(complete & breaks)), front


def _values(trials: Trials, objectives: int) -> Floats:
    """Shape (trials, objectives)."""
    missing = np.full(len(trials), np.nan)
    return np.stack([trials.value, *(trials.further.get(place, missing) for place in range(1, objectives))], axis=1)


def front_size(losses: NDArray[np.float64]) -> int | None:
    """How many rows no other row dominates (is nowhere worse than, and somewhere better); equal rows all count.

    Shape (n, objectives), each to be minimized. None for too many rows of three objectives and more.
    """
    rows, counts = np.unique(losses, axis=0, return_counts=True)  # sorted: no row is dominated by a later one
    if losses.shape[1] == 2:
        before = np.minimum.accumulate(np.concatenate(([np.inf], rows[:-1, 1])))
        is_front = rows[:, 1] < before
        is_front[0] = True
        return int(counts[is_front].sum())
    if len(rows) > _MOST_COMPARED:
        return None
    front, size, found = np.empty_like(rows), 0, 0
    for row, count in zip(rows, counts, strict=True):
        if not np.any(np.all(front[:size] <= row, axis=1)):
            front[size] = row
            size += 1
            found += int(count)
    return found


def _trial(
    trials: Trials, row: int, objective: int, direction: str, params: Mapping[tuple[int, float], Mapping[str, Any]]
) -> BestTrial:
    number, started_s, ended_s = int(trials.number[row]), float(trials.started_s[row]), float(trials.ended_s[row])
    mine = trials.study == trials.study[row]
    return BestTrial(
        objective=objective,
        direction=direction,
        value=float(_values(trials, objective + 1)[row, objective]),
        number=number,
        found_s=ended_s - float(trials.started_s[mine].min()),
        of_trials=float(np.mean(trials.ended_s[mine] <= ended_s)),
        params=tuple(params.get((number, started_s), {}).items()),
    )


def _params(folder: Path, numbers: set[int]) -> dict[tuple[int, float], Mapping[str, Any]]:
    """The parameters of trials of these numbers, by number and begin; read once more, as columns keep none."""
    found: dict[tuple[int, float], Mapping[str, Any]] = {}
    if not numbers:
        return found
    for path in sorted(folder.glob("trials-*.jsonl")):
        for row in stream_rows(path):
            if row is None or row.get("kind") != "trial":
                continue
            try:
                check_trial(row)
            except (KeyError, TypeError, ValueError, OverflowError):  # left out of the columns too
                continue
            if row["number"] in numbers:
                found[row["number"], float(row["started_s"])] = row["params"] or {}
    return found
