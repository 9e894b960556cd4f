"""Unpickles its data in each trial; then writes a table with study.trials[i] in a loop, which takes longer."""

import pickle

import optuna
from clocks import clock

with open("bars.pkl", "wb") as file:
    pickle.dump([{"time": i, "close": i % 37} for i in range(15_000)], file)


def objective(trial):
    with clock("load"), open("bars.pkl", "rb") as file:
        bars = pickle.load(file)  # HERE
    for name in ("profit", "drawdown", "trades"):
        trial.set_user_attr(name, bars[5]["close"])
    return bars[int(trial.suggest_float("at", 0, 9_000))]["close"]


study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
study.optimize(objective, n_trials=200)
with clock("after"), open("trials.csv", "w") as file:
    for i in range(len(study.trials)):
        file.write(f"{i},{study.trials[i].value},{study.trials[i].params['at']}\n")  # HERE-A
