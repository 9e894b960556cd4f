"""Reads its candles from a JSON file in every trial."""

import json
from pathlib import Path

import optuna
from clocks import clock

candles = [[i, 100 + i % 13, 101 + i % 17, 99 + i % 11, 100.5] for i in range(80_000)]
Path("candles.json").write_text(json.dumps(candles))


def read_candles():
    with clock("load"), open("candles.json") as file:
        return json.load(file)  # HERE


def objective(trial):
    stop = trial.suggest_int("stop", 90, 110)
    candles = read_candles()
    with clock("rest"):
        return sum(high - low for _, _, high, low, _ in candles if low > stop)


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=35)
