"""Goes on with a study up to a common total, and reads its table in each trial."""

import optuna
import pandas as pd
from clocks import clock

pd.DataFrame({"a": range(150_000), "b": [i % 17 / 3 for i in range(150_000)]}).to_csv("table.csv", index=False)


def objective(trial):
    lag = trial.suggest_float("lag", 1, 60)
    with clock("load"):
        table = pd.read_csv("table.csv")  # HERE
    return float(table["b"].diff(int(lag)).std())


study = optuna.create_study(study_name="s", storage="sqlite:///study.db", load_if_exists=True)
left = 25 - len(study.trials)
if left > 0:
    study.optimize(objective, n_trials=left)
