"""Writes every trial to a table once the search is done."""

import csv

import optuna
from clocks import clock


def objective(trial):
    fast = trial.suggest_int("fast", 2, 50)
    slow = trial.suggest_int("slow", 20, 200)
    signal = trial.suggest_float("signal", 0.0, 1.0)
    for name in ("profit", "drawdown", "trades"):
        trial.set_user_attr(name, fast * signal)
    return fast / slow * signal


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
with clock("study"):
    study.optimize(objective, n_trials=250)

with clock("after"), open("trials.csv", "w", newline="") as file:
    table = csv.writer(file)
    for i in range(len(study.trials)):
        table.writerow([i, study.trials[i].value, study.trials[i].user_attrs["profit"]])  # HERE
