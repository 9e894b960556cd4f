"""Tunes a model within each trial of an outer study."""

import numpy as np
import optuna
import clocks

prices = np.random.default_rng(0).normal(size=300_000)


def objective(trial):
    outer = trial.suggest_float("outer", 0.1, 1.0)

    def inner_objective(inner_trial):
        inner = inner_trial.suggest_float("inner", 0.1, 1.0)
        return float(sum(np.sort(prices * inner + shift)[1000] for shift in (outer, inner, 1, 2)))  # HERE

    inner_study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    inner_study.optimize(inner_objective, n_trials=8)
    return inner_study.best_value


study = optuna.create_study()
study.optimize(objective, n_trials=14)
