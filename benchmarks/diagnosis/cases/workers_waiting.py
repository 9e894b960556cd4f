"""Eight workers that wait for a remote service on a few cores: more of them than cores is right."""

import multiprocessing
import time

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
import clocks


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    time.sleep(0.4)  # HERE
    return x * x


def work(number):
    storage = JournalStorage(JournalFileBackend("journal.log"))
    optuna.load_study(study_name="s", storage=storage).optimize(objective, n_trials=6)


if __name__ == "__main__":
    optuna.create_study(study_name="s", storage=JournalStorage(JournalFileBackend("journal.log")))
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
