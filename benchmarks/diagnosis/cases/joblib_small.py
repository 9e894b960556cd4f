"""Each trial hands small work to a fresh pool of joblib processes."""

import optuna
from joblib import Parallel, delayed
import clocks


def score(x, fold):
    return sum((x - step * 1e-3) ** 2 for step in range(2_000)) * fold


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    with Parallel(n_jobs=2, backend="multiprocessing") as parallel:
        return sum(parallel(delayed(score)(x, fold) for fold in range(5)))  # HERE


if __name__ == "__main__":
    study = optuna.create_study()
    study.optimize(objective, n_trials=25)
