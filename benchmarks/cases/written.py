"""Objectives by what they write: nothing, few attributes, the seed's 110, reports, a curve, a dictionary of results."""

import math
import random

from optuna.trial import Trial

PARAMS = 6
POINTS = 10_000
_NOISE = random.Random(1)
_STEPS = [_NOISE.gauss(0.5, 20) for _ in range(POINTS)]
CURVE = [
    round(100_000 + total, 2) for total in (math.fsum(_STEPS[:end]) for end in range(0, POINTS, 50)) for _ in range(50)
]
RETURNS = [_NOISE.gauss(0, 0.01) for _ in range(POINTS)]


def nothing(trial: Trial) -> float:
    """Six parameters and a value."""
    return sum(trial.suggest_float(f"x{index}", 0, 1) for index in range(PARAMS))


def attributes_10(trial: Trial) -> float:
    return _with_attributes(trial, 10)


def attributes_110(trial: Trial) -> float:
    """As the seed's optimiser: a number for each metric of each split."""
    return _with_attributes(trial, 110)


def reports_100(trial: Trial) -> float:
    """As an objective that may be pruned at each of 100 steps."""
    value = nothing(trial)
    for step in range(100):
        trial.report(value + step, step)
    return value


def curve(trial: Trial) -> float:
    """An equity curve in cents, which stands still between trades."""
    value = nothing(trial)
    trial.set_user_attr("equity", CURVE)
    return value


def returns(trial: Trial) -> float:
    """Numbers that are noise to their last digit: what compresses worst."""
    value = nothing(trial)
    trial.set_user_attr("returns", RETURNS)
    return value


def results(trial: Trial) -> float:
    """Three splits of forty metrics in one dictionary."""
    value = nothing(trial)
    splits = ("train", "validate", "test")
    found = {split: {f"metric_{index}": value * index / 7 for index in range(40)} for split in splits}
    trial.set_user_attr("results", found)
    return value


def _with_attributes(trial: Trial, count: int) -> float:
    value = nothing(trial)
    for index in range(count):
        trial.set_user_attr(f"metric_{index}", value * index)
    return value
