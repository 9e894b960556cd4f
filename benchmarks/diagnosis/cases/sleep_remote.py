"""Asks a remote service in each trial: waiting is the point."""

import time

import optuna
import clocks


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    time.sleep(0.12)  # HERE
    return x * x


study = optuna.create_study()
study.optimize(objective, n_trials=35)
