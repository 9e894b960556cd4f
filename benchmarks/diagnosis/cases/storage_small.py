"""Trials of no cost on SQLite: the storage is the run."""

import optuna
from clocks import clock


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    y = trial.suggest_float("y", -5, 5)
    with clock("objective"):
        return x * x + y


study = optuna.create_study(storage="sqlite:///study.db", sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=100)
