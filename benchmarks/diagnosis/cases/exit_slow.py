"""Compresses its log when the process ends."""

import atexit
import zlib

import optuna
from clocks import clock

log = []


@atexit.register
def archive():
    with clock("exit"):
        text = "\n".join(log * 200).encode()
        for level in range(900):
            zlib.compress(text + bytes([level % 256]), 9)  # HERE


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    total = sum((x - step) ** 2 for step in range(40_000))
    log.append(f"{trial.number};{x};{total}")
    return total


study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=60)
