"""Some trials fail by an exception that `optimize` is told to catch: nothing died."""

import optuna
import clocks


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    total = 0.0
    for step in range(600_000):
        total += (x - step) * 0.5  # HERE
    if x < -3:
        raise ArithmeticError("no trade was made")
    return total


study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=50, catch=(ArithmeticError,))
