"""Parses another text in each trial from a new StringIO."""

import io

import optuna
import pandas as pd
import clocks


def page(number):
    return "time,close\n" + "\n".join(f"{i},{(i * number) % 101}" for i in range(40_000))


def objective(trial):
    bias = trial.suggest_float("bias", 0, 1)
    bars = pd.read_csv(io.StringIO(page(trial.number)))
    return float(bars["close"].mean()) + bias


study = optuna.create_study()
study.optimize(objective, n_trials=60)
