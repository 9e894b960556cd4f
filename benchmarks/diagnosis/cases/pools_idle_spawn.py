"""A pool of two spawned workers, each with its own study object on a shared journal."""

import multiprocessing

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
import clocks


def storage():
    return JournalStorage(JournalFileBackend("journal.log"))


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    total = float(np.zeros(3).sum())
    for step in range(3_000_000):
        total += (x - step) * 0.5  # HERE
    return total


def work(number):
    study = optuna.load_study(study_name="s", storage=storage())
    study.optimize(objective, n_trials=8)
    return number


if __name__ == "__main__":
    optuna.create_study(study_name="s", storage=storage())
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.map(work, range(2)))
