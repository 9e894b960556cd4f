"""Keeps its data as a million small objects, and has Optuna collect after each trial."""

import optuna
import clocks

bars = [{"time": i, "ohlc": [i, i + 1, i - 1, i]} for i in range(400_000)]


def objective(trial):
    level = trial.suggest_float("level", 0, 1000)
    return sum(bar["time"] for bar in bars[:40_000] if bar["time"] > level)


study = optuna.create_study()
study.optimize(objective, n_trials=25, gc_after_trial=True)
