"""A pandas scalar loop: .iloc reads and writes bar by bar."""

import numpy as np
import optuna
import pandas as pd
from clocks import clock

close = pd.Series(np.cumsum(np.random.default_rng(0).normal(size=8_000)) + 1000)


def signals(close, length):
    middle = close.rolling(length).mean()
    out = pd.Series(0.0, index=close.index)
    for i in range(len(close)):
        if close.iloc[i] > middle.iloc[i]:  # HERE
            out.iloc[i] = 1.0  # HERE-A
    return out


def objective(trial):
    length = trial.suggest_int("length", 5, 100)
    with clock("loop"):
        held = signals(close, length)
    return float((held.shift() * close.diff()).sum())


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=12)
