"""Builds its indicators bar by bar before the search begins."""

import numpy as np
import optuna
from clocks import clock


def wilder(close, length):
    out = [float(close[0])]
    for price in close[1:]:
        out.append(out[-1] + (float(price) - out[-1]) / length)  # HERE
    return np.array(out)


with clock("before"):
    close = np.cumsum(np.random.default_rng(0).normal(size=160_000)) + 1000
    table = np.column_stack([wilder(close, length) for length in range(5, 100, 2)])


def objective(trial):
    column = trial.suggest_int("column", 0, table.shape[1] - 1)
    entry = trial.suggest_float("entry", 0.0, 2.0)
    with clock("objective"):
        held = (close - table[:, column]) > entry
        return float(np.sum(np.diff(close)[held[:-1]]))


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=30)
