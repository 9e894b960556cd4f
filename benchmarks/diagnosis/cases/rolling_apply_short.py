"""Three trials of a slow indicator; the bars are read again in each of them."""

import numpy as np
import optuna
import pandas as pd
from clocks import clock

bars = pd.DataFrame({"close": np.cumsum(np.random.default_rng(0).normal(size=900_000)) + 1000})
bars.head(60_000).to_csv("bars.csv", index=False)


def objective(trial):
    length = trial.suggest_float("length", 10, 60)
    with clock("load"):
        shift = pd.read_csv("bars.csv")["close"].mean()
    with clock("rolling"):
        middle = bars["close"].rolling(int(length)).apply(lambda window: (window[0] + window[-1]) / 2, raw=True)  # HERE
    with clock("rest"):
        band = bars["close"].head(200_000).rolling(200).quantile(0.9) - shift
    return float(((bars["close"] - middle) / band).std())


study = optuna.create_study()
study.optimize(objective, n_trials=3)
