"""Computes a marked feature with other arguments in each trial."""

import numpy as np
import optuna

import harness
import clocks

close = np.cumsum(np.random.default_rng(0).normal(size=400_000)) + 1000


@harness.feature
def weighted(weight):
    return np.sort(close * weight)  # HERE


def objective(trial):
    weight = trial.suggest_float("weight", 0.1, 1.0)
    return float(weighted(weight)[5000])


study = optuna.create_study()
study.optimize(objective, n_trials=60)
