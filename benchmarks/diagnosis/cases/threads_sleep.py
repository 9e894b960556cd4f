"""Eight of Optuna's threads wait for a remote service."""

import time

import optuna
import clocks


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    time.sleep(0.2)  # HERE
    return x * x


study = optuna.create_study()
study.optimize(objective, n_trials=120, n_jobs=8)
