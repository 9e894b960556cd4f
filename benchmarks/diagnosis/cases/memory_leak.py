"""Appends each trial's positions to a list that nobody reads."""

import numpy as np
import optuna
import clocks

rng = np.random.default_rng(0)
log = []


def objective(trial):
    level = trial.suggest_float("level", 0, 1)
    positions = np.sort(rng.normal(level, 1.0, size=400_000))
    log.append(positions)  # HERE
    return float(positions[100])


study = optuna.create_study()
study.optimize(objective, n_trials=80)
