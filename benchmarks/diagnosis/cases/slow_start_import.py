"""Imports a whole stack of libraries for a search that hardly needs them."""

from clocks import clock

with clock("imports"):
    import matplotlib.pyplot as plt  # HERE
    import numba  # HERE-A
    import pandas as pd  # HERE-B
    import scipy.stats
    import sklearn.ensemble  # HERE-C
    import sklearn.linear_model

import optuna  # HERE-D

optuna.logging.set_verbosity(optuna.logging.WARNING)
prices = pd.Series(range(1000), dtype=float)


def objective(trial):
    span = trial.suggest_int("span", 2, 100)
    return float(prices.ewm(span=span).mean().iloc[-1])


study = optuna.create_study(direction="maximize")
with clock("study"):
    study.optimize(objective, n_trials=20)
print(study.best_value, plt.__name__, numba.__version__, scipy.stats.norm.name, sklearn.__version__)
