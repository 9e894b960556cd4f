"""Four of Optuna's threads multiply matrices, each with a BLAS pool of its own size."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "8"

import numpy as np
import optuna
import clocks

x = np.random.default_rng(0).normal(size=(700, 700))


def objective(trial):
    scale = trial.suggest_float("scale", 0.1, 1.0)
    y = x * scale
    for _ in range(3):
        y = y @ x  # HERE
    return float(y[0, 0])


study = optuna.create_study()
study.optimize(objective, n_trials=40, n_jobs=4)
