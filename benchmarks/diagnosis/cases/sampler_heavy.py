"""A multivariate TPE with thousands of candidates for an objective that takes no time."""

import optuna
from clocks import clock


def objective(trial):
    with clock("sampler"):
        point = [trial.suggest_float(f"x{i}", -5.0, 5.0) for i in range(6)]  # HERE
    return sum(value * value for value in point)


sampler = optuna.samplers.TPESampler(n_startup_trials=1, n_ei_candidates=6000, multivariate=True, seed=0)
study = optuna.create_study(sampler=sampler)
study.optimize(objective, n_trials=60)
