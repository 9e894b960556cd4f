"""Its own simulator writes result.csv anew in each trial, which is then read."""

import optuna
import pandas as pd
import clocks


def simulate(level):
    with open("result.csv", "w") as file:
        file.write("bar,profit\n")
        for bar in range(60_000):
            file.write(f"{bar},{(bar * 7919 % 1000) / 1000 - level:.6f}\n")  # HERE


def objective(trial):
    simulate(trial.suggest_float("level", 0.0, 1.0))
    return float(pd.read_csv("result.csv")["profit"].sum())


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=50)
