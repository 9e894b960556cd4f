"""A search that redraws its progress after every trial."""

import json

import optuna
from clocks import clock


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    y = trial.suggest_float("y", -5, 5)
    with clock("objective"):
        total = 0.0
        for step in range(60_000):
            total += (x - step * 1e-5) ** 2 + y
    return total


def save_progress(study, trial):  # HERE-A
    with clock("callback"):
        rows = []
        for number in range(200_000):
            rows.append((number, trial.number * 0.1 + number % 7))  # HERE
        rows = rows[-100:]
        with open("progress.json", "w") as file:
            json.dump({"best": study.best_value, "rows": rows}, file)


study = optuna.create_study(direction="minimize")
study.optimize(objective, n_trials=50, callbacks=[save_progress])
print(study.best_params)
