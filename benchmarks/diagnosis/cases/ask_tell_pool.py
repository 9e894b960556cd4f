"""Asks in the main thread, evaluates in a pool of threads, tells as results come."""

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import optuna
import clocks


def evaluate(trial):
    x = trial.suggest_float("x", -1, 1)
    time.sleep(0.15)  # a request to a remote back-tester
    return trial, x * x


study = optuna.create_study()
with ThreadPoolExecutor(4) as pool:
    asked, running = 0, set()
    while asked < 60 or running:
        while asked < 60 and len(running) < 4:
            running.add(pool.submit(evaluate, study.ask()))
            asked += 1
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for job in done:
            study.tell(*job.result())
