"""Cross-validates a random forest, in one process."""

import optuna
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score
import clocks

x, y = make_classification(n_samples=900, n_features=12, random_state=0)


def objective(trial):
    model = RandomForestClassifier(
        n_estimators=40,
        max_depth=trial.suggest_int("max_depth", 2, 200),
        max_features=trial.suggest_float("max_features", 0.2, 1.0),
        random_state=0,
    )
    return float(cross_val_score(model, x, y, cv=3).mean())  # HERE


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=15)
