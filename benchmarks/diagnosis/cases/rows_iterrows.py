"""Walks over the bars with iterrows, once per trial."""

import numpy as np
import optuna
import pandas as pd
from clocks import clock

rng = np.random.default_rng(0)
bars = pd.DataFrame({"close": np.cumsum(rng.normal(size=8_000)) + 500, "volume": rng.integers(1, 90, 8_000)})


def backtest(entry):
    cash, position = 0.0, 0
    for _, bar in bars.iterrows():  # HERE
        if position == 0 and bar["volume"] > entry:  # HERE-A
            position, cash = 1, cash - bar["close"]
        elif position == 1 and bar["volume"] < entry / 2:  # HERE-B
            position, cash = 0, cash + bar["close"]
    return cash


def objective(trial):
    entry = trial.suggest_float("entry", 20, 80)
    with clock("rows"):
        return backtest(entry)


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=15)
