"""Hands a list of 900 small dicts to Optuna in each trial, in memory."""

import numpy as np
import optuna
import clocks

prices = np.random.default_rng(0).normal(size=400_000)
TRADES = [{"entry": i, "exit": i + 5, "side": "long"} for i in range(900)]


def objective(trial):
    lag = trial.suggest_float("lag", 0.0, 1.0)
    held = np.sort(prices * lag)  # HERE
    trial.set_user_attr("trades", TRADES)
    return float(held[1000])


study = optuna.create_study()
study.optimize(objective, n_trials=120)
