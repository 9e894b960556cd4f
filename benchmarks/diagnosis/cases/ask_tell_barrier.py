"""Asks for four trials at a time, evaluates them in a pool of processes, and waits for the slowest."""

import time
from concurrent.futures import ProcessPoolExecutor

import optuna
import clocks


def evaluate(params):
    time.sleep(0.05 if params["depth"] % 4 else 0.6)  # every fourth backtest is a long one
    return params["depth"] * params["rate"]


def main():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3))
    depth = 0
    with ProcessPoolExecutor(4) as pool:
        for _ in range(6):
            trials = [study.ask() for _ in range(4)]
            jobs = []
            for trial in trials:
                jobs.append({"depth": depth, "rate": trial.suggest_float("rate", 0, 1)})
                depth += 1
            values = list(pool.map(evaluate, jobs))  # HERE
            for trial, value in zip(trials, values, strict=True):
                study.tell(trial, value)


if __name__ == "__main__":
    main()
