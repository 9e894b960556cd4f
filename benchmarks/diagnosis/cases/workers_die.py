"""Four workers on one SQLite file without a time-out: three die of a locked database."""

import multiprocessing
import sqlite3
import time

import optuna
import clocks

URL = "sqlite:///study.db"


def objective(trial, number):
    x = trial.suggest_float("x", 0, 1)
    time.sleep(0.2)
    if number > 0 and trial.number > 6:
        raise sqlite3.OperationalError("database is locked")  # HERE
    return x


def work(number):
    study = optuna.load_study(study_name="s", storage=URL)
    study.optimize(lambda trial: objective(trial, number), n_trials=14)


if __name__ == "__main__":
    optuna.create_study(study_name="s", storage=URL)
    workers = [multiprocessing.Process(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
