"""Objectives run in another process, which computes; the trial's thread waits for it."""

from concurrent.futures import ProcessPoolExecutor

import optuna
import clocks


def compute(x):
    total = 0.0
    for step in range(1_500_000):
        total += (x - step) * 0.5
    return total


def main():
    with ProcessPoolExecutor(2) as pool:

        def objective(trial):
            x = trial.suggest_float("x", -5, 5)
            return pool.submit(compute, x).result()  # HERE

        study = optuna.create_study()
        study.optimize(objective, n_trials=40, n_jobs=2)


if __name__ == "__main__":
    main()
