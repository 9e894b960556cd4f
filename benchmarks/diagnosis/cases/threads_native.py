"""Two of Optuna's threads sort arrays, for which NumPy lets the interpreter lock go."""

import numpy as np
import optuna
import clocks

prices = np.random.default_rng(0).normal(size=(20, 200_000))


def objective(trial):
    lag = trial.suggest_float("lag", 0.0, 1.0)
    return float(np.sort(prices + lag, axis=1)[:, 1000].sum())  # HERE


study = optuna.create_study()
study.optimize(objective, n_trials=50, n_jobs=2)
