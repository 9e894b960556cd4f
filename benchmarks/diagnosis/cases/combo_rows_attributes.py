"""A scalar loop over the bars, and forty attributes of each trial on SQLite."""

import numpy as np
import optuna
import pandas as pd
from clocks import clock

close = pd.Series(np.cumsum(np.random.default_rng(0).normal(size=9_000)) + 1000)


def objective(trial):
    entry = trial.suggest_float("entry", 900, 1100)
    out = pd.Series(0.0, index=close.index)
    with clock("loop"):
        for i in range(1, len(close)):
            if close.iloc[i] > entry:  # HERE
                out.iloc[i] = close.iloc[i] - close.iloc[i - 1]  # HERE-A
    with clock("attributes"):
        for month in range(30):
            trial.set_user_attr(f"month_{month}", float(month))  # HERE-B
    return float(out.sum())


study = optuna.create_study(storage="sqlite:///study.db")
study.optimize(objective, n_trials=12)
