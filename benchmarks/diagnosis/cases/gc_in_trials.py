"""Builds many small objects in each trial, next to a heap of a million others."""

import gc

import optuna
import clocks

bars = [(i, [i, i + 1], {"v": i}) for i in range(500_000)]
gc.collect()


def objective(trial):
    size = trial.suggest_float("size", 1, 9)
    orders = []
    for i in range(150_000):
        orders.append({"bar": i, "legs": [size, i]})
    return sum(order["legs"][0] for order in orders)


study = optuna.create_study()
study.optimize(objective, n_trials=15)
