"""A pruner of one's own that reads the whole history at every step, and never prunes."""

import optuna
from clocks import clock


class Careful(optuna.pruners.BasePruner):
    def prune(self, study, trial):
        with clock("pruner"):
            best = [other.value for other in study.get_trials() if other.state.is_finished()]  # HERE
            return bool(best) and trial.last_step > 50 and max(best) < 0


def objective(trial):
    x = trial.suggest_float("x", -1, 1)
    total = 0.0
    for step in range(10):
        for k in range(4000):
            total += k * x
        trial.report(total, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return total


study = optuna.create_study(pruner=Careful())
study.optimize(objective, n_trials=100)
