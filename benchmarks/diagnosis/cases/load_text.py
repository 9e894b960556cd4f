"""Reads and splits a text file in every trial."""

import optuna
from clocks import clock

with open("ticks.txt", "w") as file:
    file.writelines(f"{i};{100 + i % 29 / 7:.4f}\n" for i in range(250_000))


def objective(trial):
    limit = trial.suggest_float("limit", 100.0, 104.0)
    with clock("load"), open("ticks.txt") as file:
        text = file.read()
        prices = [float(line.split(";")[1]) for line in text.splitlines()]  # HERE
    return sum(1 for price in prices if price > limit)


study = optuna.create_study()
study.optimize(objective, n_trials=25)
