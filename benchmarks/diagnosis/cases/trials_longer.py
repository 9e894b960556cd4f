"""Each trial looks through the orders of all trials before it, which become more and more."""

import optuna
import clocks

orders = []


def objective(trial):
    level = trial.suggest_float("level", 0, 100)
    orders.extend((trial.number * k) % 101 for k in range(4_000))
    hits = 0
    for order in orders:
        if order > level:  # HERE
            hits += order
    return hits


study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=150)
