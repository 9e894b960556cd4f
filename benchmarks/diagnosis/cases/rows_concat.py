"""Grows a frame by pd.concat, one row at a time."""

import optuna
import pandas as pd
from clocks import clock


def objective(trial):
    size = trial.suggest_float("size", 0.1, 5.0)
    book = pd.DataFrame({"bar": [0], "profit": [0.0]})
    with clock("concat"):
        for bar in range(1, 500):
            row = pd.DataFrame({"bar": [bar], "profit": [size * (bar % 7 - 3)]})  # HERE-A
            book = pd.concat([book, row], ignore_index=True)  # HERE
    return float(book["profit"].sum())


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=12)
