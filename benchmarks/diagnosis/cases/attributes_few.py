"""Three attributes of each trial on SQLite, next to a real computation."""

import numpy as np
import optuna
import clocks

prices = np.random.default_rng(0).normal(size=1_000_000)


def objective(trial):
    lag = trial.suggest_float("lag", 0.0, 1.0)
    for _ in range(12):
        ordered = np.sort(prices * lag)  # HERE
    trial.set_user_attr("low", float(ordered[1000]))
    trial.set_user_attr("high", float(ordered[-1000]))
    trial.set_user_attr("middle", float(ordered.mean()))
    return float(ordered[5])


study = optuna.create_study(storage="sqlite:///study.db")
study.optimize(objective, n_trials=14)
