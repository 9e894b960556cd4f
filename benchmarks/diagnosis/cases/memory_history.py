"""Keeps the whole equity curve of each trial as an attribute of the study, in memory."""

import numpy as np
import optuna
import clocks

rng = np.random.default_rng(1)


def objective(trial):
    drift = trial.suggest_float("drift", -1, 1)
    steps = rng.normal(drift, 1.0, size=60_000)
    equity = np.cumsum(steps)
    for _ in range(40):
        equity = np.maximum(equity, np.cumsum(steps * 0.999))
    trial.set_user_attr("equity", equity.tolist())  # HERE
    return float(equity[-1])


study = optuna.create_study()
study.optimize(objective, n_trials=80)
