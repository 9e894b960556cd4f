"""Computes a column row by row with DataFrame.apply(axis=1)."""

import numpy as np
import optuna
import pandas as pd
from clocks import clock

rng = np.random.default_rng(0)
bars = pd.DataFrame(rng.normal(100, 1, size=(12_000, 3)), columns=["high", "low", "close"])


def spread(row):
    return abs(row["high"] - row["low"]) / row["close"]


def objective(trial):
    factor = trial.suggest_float("factor", 0.5, 3.0)
    with clock("rows"):
        column = bars.apply(spread, axis=1)  # HERE
    return float((column * factor).std())


study = optuna.create_study()
study.optimize(objective, n_trials=30)
