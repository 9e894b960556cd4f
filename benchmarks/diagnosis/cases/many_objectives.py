"""NSGA-II over two objectives, computed in Python."""

import optuna
import clocks


class Backtest:
    def __init__(self, bars):
        self.bars = bars

    def __call__(self, trial):
        entry, leave = trial.suggest_float("entry", 0, 50), trial.suggest_float("leave", 0, 50)
        profit, risk = 0.0, 0.0
        for bar in self.bars:
            profit += bar % 7 * entry - leave  # HERE
            risk = max(risk, profit)
        return profit, risk


study = optuna.create_study(directions=["maximize", "minimize"], sampler=optuna.samplers.NSGAIISampler(seed=0))
study.optimize(Backtest(list(range(200_000))), n_trials=60)
