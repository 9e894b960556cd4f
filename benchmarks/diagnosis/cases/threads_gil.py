"""Four of Optuna's threads compute in pure Python."""

import optuna
import clocks


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    total = 0.0
    for step in range(700_000):
        total += (x - step) * 0.5  # HERE
    return total


study = optuna.create_study()
study.optimize(objective, n_trials=60, n_jobs=4)
