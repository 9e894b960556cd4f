"""Each trial starts a pool of fresh processes for milliseconds of work."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import optuna
import clocks


def score(x):
    return sum((x - step * 1e-3) ** 2 for step in range(2_000))


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return sum(pool.map(score, [x, x + 1, x + 2]))  # HERE


if __name__ == "__main__":
    study = optuna.create_study()
    study.optimize(objective, n_trials=6)
