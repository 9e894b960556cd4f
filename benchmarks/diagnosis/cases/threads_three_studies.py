"""Three studies with n_jobs=4 in pure Python; the main thread sums up in between."""

import numpy as np
import optuna
import clocks

noise = np.random.default_rng(0).normal(size=1000)


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    total = float(noise.sum())
    for step in range(400_000):
        total += (x - step) * 0.5  # HERE
    return total


for name in ("trend", "reversal", "carry"):
    study = optuna.create_study(study_name=name)
    study.optimize(objective, n_trials=24, n_jobs=4)
    best, total = study.best_value, 0.0
    for step in range(300_000):
        total += step % 7 * best  # HERE-A
