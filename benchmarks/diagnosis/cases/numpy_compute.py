"""An objective that computes in NumPy, data loaded once."""

import numpy as np
import optuna
import clocks

close = np.cumsum(np.random.default_rng(0).normal(size=1_500_000)) + 1000


def objective(trial):
    fast = trial.suggest_int("fast", 2, 5000)
    slow = trial.suggest_int("slow", 5001, 20_000)
    total = np.cumsum(close)
    averages = [(total[n:] - total[:-n])[-1_000_000:] / n for n in (fast, slow)]
    held = np.sort(averages[0] - averages[1])
    ranks = np.argsort(averages[0] * 1e-3, kind="stable")  # HERE
    return float(held[1000] + ranks[5])


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=40)
