"""A callback that costs nothing: it stops at a good value and prints the best."""

import numpy as np
import optuna
import clocks

prices = np.random.default_rng(0).normal(size=600_000)


def objective(trial):
    lag = trial.suggest_float("lag", 0.0, 1.0)
    return float(np.sort(prices * lag)[1000])  # HERE


def stop_early(study, trial):
    if study.best_value < -1e9:
        study.stop()
    print(trial.number, study.best_value)


study = optuna.create_study()
study.optimize(objective, n_trials=90, callbacks=[stop_early])
