"""Two forked workers share the imports of their parent."""

import multiprocessing

import numpy as np
import optuna
import pandas as pd
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
import clocks

bars = pd.DataFrame({"close": np.random.default_rng(0).normal(size=1_000_000)})


def objective(trial):
    lag = trial.suggest_float("lag", 0.0, 1.0)
    return float(np.sort(bars["close"].to_numpy() * lag)[1000])  # HERE


def work(number):
    storage = JournalStorage(JournalFileBackend("journal.log"))
    optuna.load_study(study_name="s", storage=storage).optimize(objective, n_trials=25)


if __name__ == "__main__":
    optuna.create_study(study_name="s", storage=JournalStorage(JournalFileBackend("journal.log")))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(work, range(2), chunksize=1)
