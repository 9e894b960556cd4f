"""Two workers, of which one has all of the long trials: the other is done early."""

import multiprocessing
import time

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
import clocks


def work(trials):
    storage = JournalStorage(JournalFileBackend("journal.log"))

    def objective(trial):
        x = trial.suggest_float("x", -5, 5)
        time.sleep(0.25)
        return x * x

    optuna.load_study(study_name="s", storage=storage).optimize(objective, n_trials=trials)


if __name__ == "__main__":
    optuna.create_study(study_name="s", storage=JournalStorage(JournalFileBackend("journal.log")))
    workers = [multiprocessing.get_context("fork").Process(target=work, args=(trials,)) for trials in (16, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
