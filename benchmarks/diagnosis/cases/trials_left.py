"""A worker is killed in the middle of a trial, as the kernel does when memory runs out."""

import multiprocessing
import os
import signal
import time

import optuna
import clocks

URL = "sqlite:///study.db"


def objective(trial, number):
    x = trial.suggest_float("x", 0, 1)
    time.sleep(0.15)
    if number == 1 and trial.number > 8:
        os.kill(os.getpid(), signal.SIGKILL)  # HERE
    return x


def work(number):
    study = optuna.load_study(study_name="s", storage=URL)
    study.optimize(lambda trial: objective(trial, number), n_trials=15)


if __name__ == "__main__":
    optuna.create_study(study_name="s", storage=URL)
    workers = [multiprocessing.Process(target=work, args=(number,)) for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
