"""Each trial starts a Python that imports pandas, for a computation of a millisecond."""

import subprocess
import sys

import optuna
import clocks

CODE = "import sys; import pandas; print(float(sys.argv[1]) ** 2)"


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    done = subprocess.run([sys.executable, "-c", CODE, str(x)], capture_output=True, text=True)  # HERE
    return float(done.stdout)


study = optuna.create_study()
study.optimize(objective, n_trials=6)
