"""Gradient boosting with sixty OpenMP threads, as a parameter of the study asks for."""

import os

os.environ["OMP_NUM_THREADS"] = "60"

import numpy as np
import optuna
from sklearn.ensemble import HistGradientBoostingRegressor
import clocks

rng = np.random.default_rng(0)
x, y = rng.normal(size=(2000, 10)), rng.normal(size=2000)


def objective(trial):
    rate = trial.suggest_float("rate", 0.01, 0.3)
    model = HistGradientBoostingRegressor(learning_rate=rate, max_iter=10)
    model.fit(x, y)  # HERE
    return float(model.score(x, y))


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=6)
