"""A new interpreter for each three trials, which imports pandas first."""

import subprocess
import sys

import numpy as np
import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
import clocks

STORAGE = JournalStorage(JournalFileBackend("journal.log"))


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    return float(np.sort(np.random.default_rng(0).normal(size=100_000) * x)[5]) + len(pd.__version__)


if len(sys.argv) > 1:
    optuna.load_study(study_name="s", storage=STORAGE).optimize(objective, n_trials=3)
else:
    optuna.create_study(study_name="s", storage=STORAGE)
    for _ in range(3):
        subprocess.run([sys.executable, __file__, "work"], check=True)  # HERE
