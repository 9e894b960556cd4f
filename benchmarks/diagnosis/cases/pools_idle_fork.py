"""Two forked workers on one journal; NumPy is imported, and its pool has nothing to do."""

import os

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
import clocks

weights = np.random.default_rng(0).normal(size=(200, 200))
scale = float((weights @ weights).mean())


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    total = 0.0
    for step in range(400_000):
        total += (x - step) * scale  # HERE
    return total


def work():
    storage = JournalStorage(JournalFileBackend("journal.log"))
    study = optuna.load_study(study_name="s", storage=storage)
    study.optimize(objective, n_trials=20)


optuna.create_study(study_name="s", storage=JournalStorage(JournalFileBackend("journal.log")))
children = []
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        work()
        raise SystemExit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
