"""Each trial runs awk over a file, which does the computing."""

import subprocess

import optuna
import clocks

with open("ticks.txt", "w") as file:
    file.writelines(f"{i} {100 + i % 29 / 7:.4f}\n" for i in range(200_000))


def objective(trial):
    level = trial.suggest_float("level", 100.0, 104.0)
    program = "$2 > l { for (i = 0; i < 6; i++) s += ($2 - l) ^ 2 } END { print s }"
    done = subprocess.run(["awk", "-v", f"l={level}", program, "ticks.txt"], capture_output=True, text=True)  # HERE
    return float(done.stdout)


study = optuna.create_study()
study.optimize(objective, n_trials=40)
