"""Compiles its kernel anew in each run, for a short search."""

import numba
import numpy as np
import optuna
from clocks import clock

close = np.cumsum(np.random.default_rng(0).normal(size=20_000)) + 1000


@numba.njit
def backtest(close, entry, leave):
    cash, held, level = 0.0, 0, np.median(close[:100])
    for price in np.sort(close)[::-1]:
        level = 0.99 * level + 0.01 * price
        if held == 0 and price < level - entry:
            held, cash = 1, cash - price
        elif held == 1 and price > level + leave:
            held, cash = 0, cash + price
    return cash + np.percentile(close, 5) + np.argsort(close)[3] + np.cumsum(close).mean()


with clock("before"):
    backtest(close, 1.0, 1.0)  # HERE


def objective(trial):
    return backtest(close, trial.suggest_float("entry", 0.1, 5.0), trial.suggest_float("leave", 0.1, 5.0))


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=40)
