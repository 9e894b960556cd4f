"""A search that asks a slow service for each value, keeps a table of its trials, and reports them at the end."""

import time

import numpy as np
import optuna
import pandas as pd

NOISE = np.random.default_rng(0).normal(size=200_000)


def prepare() -> pd.Series:
    level = [100.0]
    for change in NOISE:
        level.append(0.999 * level[-1] + change)
    return pd.Series(level)


def objective(trial: optuna.Trial) -> float:
    span = trial.suggest_int("span", 2, 200)
    entry = trial.suggest_float("entry", 0.0, 3.0)
    time.sleep(0.02)  # the service answers
    return float(entry * prices.iloc[-span:].std())


def keep_table(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
    study.trials_dataframe().to_csv("trials.csv")


def report(study: optuna.Study) -> str:
    return "\n".join(f"{number}: {study.trials[number].value}" for number in range(len(study.trials)))


prices = prepare()
optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
study.optimize(objective, n_trials=150, callbacks=[keep_table])
report(study)
