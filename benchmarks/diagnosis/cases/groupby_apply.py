"""A back-test per symbol: groupby.apply over three groups, each of them a loop over its bars."""

import numpy as np
import optuna
import pandas as pd
import clocks

rng = np.random.default_rng(0)
frame = pd.DataFrame({"symbol": np.repeat(["AA", "BB", "CC"], 60_000), "close": rng.normal(100, 1, 180_000)})


def objective(trial):
    entry = trial.suggest_float("entry", 0.1, 2.0)

    def backtest(group):
        cash, position = 0.0, 0
        for price in group["close"].tolist():
            if position == 0 and price < 100 - entry:
                position, cash = 1, cash - price
            elif position == 1 and price > 100 + entry:  # HERE
                position, cash = 0, cash + price
        return cash

    return float(frame.groupby("symbol")[["close"]].apply(backtest).sum())


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=60)
