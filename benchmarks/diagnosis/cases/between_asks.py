"""Asks and tells in a loop, and rewrites a report of all results after each of them."""

import json

import optuna
from clocks import clock

study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
results = []
for _ in range(60):
    trial = study.ask()
    x = trial.suggest_float("x", -5, 5)
    total = sum((x - step) ** 2 for step in range(30_000))
    study.tell(trial, total)
    results.append({"number": trial.number, "value": total})
    with clock("between"):
        text = ""
        for page in range(90_000):
            text = text[-200:] + str(page % 10)  # HERE
        with open("report.json", "w") as file:
            json.dump({"results": results, "text": text}, file)
