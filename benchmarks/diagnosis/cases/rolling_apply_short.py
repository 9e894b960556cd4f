"""Three trials of a slow indicator; the bars are read again in each of them."""

import numpy as np
import optuna
import pandas as pd
from clocks import clock

bars = pd.DataFrame({"close": np.cumsum(np.random.default_rng(0).normal(size=120_000)) + 1000})
bars.to_csv("bars.csv", index=False)


def objective(trial):
    length = trial.suggest_float("length", 10, 60)
    with clock("load"):
        close = pd.read_csv("bars.csv")["close"]
    with clock("rolling"):
        middle = close.rolling(int(length)).apply(lambda window: (window[0] + window[-1]) / 2, raw=True)  # HERE
    with clock("rest"):
        band = close.rolling(200).quantile(0.9) - close.rolling(200).quantile(0.1)
    return float(((close - middle) / band).std())


study = optuna.create_study()
study.optimize(objective, n_trials=3)
