"""A compiled back-test, compiled before the study."""

import numba
import numpy as np
import optuna
import clocks

close = np.cumsum(np.random.default_rng(0).normal(size=2_000_000)) + 1000


@numba.njit
def backtest(close, entry, leave):
    cash, held, level = 0.0, 0, close[0]
    for price in close:
        level = 0.99 * level + 0.01 * price
        if held == 0 and np.exp(np.log(price)) < level - entry:
            held, cash = 1, cash - price
        elif held == 1 and price > level + leave:
            held, cash = 0, cash + price
    return cash


backtest(close[:10], 1.0, 1.0)


def objective(trial):
    entry = trial.suggest_float("entry", 0.1, 5.0)
    leave = trial.suggest_float("leave", 0.1, 5.0)
    return backtest(close, entry, leave)  # HERE


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=120)
