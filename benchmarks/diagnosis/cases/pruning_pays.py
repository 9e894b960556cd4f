"""Ten epochs, and a median pruner that ends half of the trials early."""

import numpy as np
import optuna
import clocks

x = np.random.default_rng(0).normal(size=(300, 300))


def objective(trial):
    rate = trial.suggest_float("rate", 0.0, 1.0)
    loss = rate
    for epoch in range(10):
        loss += float(np.sort(x * rate, axis=None)[0]) * 0  # HERE
        trial.report(loss + epoch * 0.01, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned
    return loss


study = optuna.create_study(
    pruner=optuna.pruners.MedianPruner(n_startup_trials=3), sampler=optuna.samplers.RandomSampler()
)
study.optimize(objective, n_trials=120)
