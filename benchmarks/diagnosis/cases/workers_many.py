"""Eight forked workers in pure Python, each with a copy of the data."""

import multiprocessing
import os

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import MaxTrialsCallback
import clocks


def work(number):
    table = np.ones(4_000_000 + number)
    storage = JournalStorage(JournalFileBackend("journal.log"))

    def objective(trial):
        x = trial.suggest_float("x", -5, 5)
        total = float(table[number])
        for step in range(250_000):
            total += (x - step) * 0.5  # HERE
        return total

    study = optuna.load_study(study_name="s", storage=storage)
    study.optimize(objective, callbacks=[MaxTrialsCallback(64)])


if __name__ == "__main__":
    optuna.create_study(study_name="s", storage=JournalStorage(JournalFileBackend("journal.log")))
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=work, args=(number,)) for number in range(4 * os.cpu_count())]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
