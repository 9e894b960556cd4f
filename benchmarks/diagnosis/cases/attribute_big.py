"""Hands a large result to Optuna in each trial, which the memory storage merely keeps a reference of."""

import optuna
import clocks

EQUITY = [100.0 + i % 97 for i in range(200_000)]


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    total = 0.0
    for step in range(1_000_000):
        total += (x - step) * 0.5  # HERE
    trial.set_user_attr("result", {"equity": EQUITY, "trades": list(range(10))})
    return total


study = optuna.create_study()
study.optimize(objective, n_trials=30)
