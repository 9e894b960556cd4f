"""Walks over rows, and keeps every trial's frame for ever."""

import numpy as np
import optuna
import pandas as pd
from clocks import clock

bars = pd.DataFrame({"close": np.cumsum(np.random.default_rng(0).normal(size=2_500)) + 500})
kept = []


def objective(trial):
    entry = trial.suggest_float("entry", 400, 600)
    profit = 0.0
    with clock("rows"):
        for _, bar in bars.iterrows():  # HERE
            if bar["close"] > entry:  # HERE-A
                profit += bar["close"] - entry
    kept.append(np.full(300_000, profit))  # HERE-B
    return profit


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=50)
