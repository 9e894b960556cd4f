"""A few chance repeats beside a cost that is certain: the table is read again in each trial."""

import optuna
import pandas as pd
from clocks import clock

pd.DataFrame({"a": range(150_000), "b": [i % 17 / 3 for i in range(150_000)]}).to_csv("table.csv", index=False)


def objective(trial):
    lag = trial.suggest_int("lag", 1, 60)
    with clock("load"):
        table = pd.read_csv("table.csv")  # HERE
    with clock("rest"):
        return float(table["b"].diff(lag).rolling(50).std().mean())


study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=4))
study.optimize(objective, n_trials=40)
