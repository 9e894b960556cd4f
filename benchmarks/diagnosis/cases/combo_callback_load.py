"""A callback that takes most of the run, and a file that is read in each trial."""

import optuna
import pandas as pd
from clocks import clock

pd.DataFrame({"a": range(80_000), "b": [i % 17 / 3 for i in range(80_000)]}).to_csv("table.csv", index=False)


def objective(trial):
    lag = trial.suggest_float("lag", 1, 60)
    with clock("load"):
        table = pd.read_csv("table.csv")  # HERE
    return float(table["b"].diff(int(lag)).std())


def draw(study, trial):  # HERE-A
    with clock("callback"):
        canvas = [[" "] * 300 for _ in range(300)]
        for x in range(300):
            for y in range(300):
                canvas[x][y] = "#" if (x * y + trial.number) % 7 == 0 else " "  # HERE-B
                canvas[y][x] = canvas[x][y] or "."  # HERE-C


study = optuna.create_study()
study.optimize(objective, n_trials=60, callbacks=[draw])
