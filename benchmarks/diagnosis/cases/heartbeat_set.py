"""A worker is killed; the storage has a heartbeat and retries its trial."""

import multiprocessing
import os
import signal
import time

import optuna
from optuna.storages import RDBStorage, RetryFailedTrialCallback
import clocks

URL = "sqlite:///study.db"


def storage():
    retry = RetryFailedTrialCallback(max_retry=2)
    return RDBStorage(URL, heartbeat_interval=1, grace_period=2, failed_trial_callback=retry)


def work(number):
    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        time.sleep(0.25)
        if number == 1 and trial.number > 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return x

    optuna.load_study(study_name="s", storage=storage()).optimize(objective, n_trials=16)


if __name__ == "__main__":
    optuna.create_study(study_name="s", storage=storage())
    workers = [multiprocessing.Process(target=work, args=(number,)) for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
