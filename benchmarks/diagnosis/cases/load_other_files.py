"""Reads another file in each trial: one per day."""

import optuna
import pandas as pd
import clocks

DAYS = 30
for day in range(DAYS):
    frame = pd.DataFrame({"a": range(60_000), "b": [(i * (day + 1)) % 17 / 3 for i in range(60_000)]})
    frame.to_pickle(f"day-{day}.pkl")
    frame.to_csv(f"day-{day}.csv", index=False)


def objective(trial):
    bias = trial.suggest_float("bias", 0, 1)
    return float(pd.read_csv(f"day-{trial.number}.csv")["b"].mean()) + bias  # HERE


study = optuna.create_study()
study.optimize(objective, n_trials=DAYS)
