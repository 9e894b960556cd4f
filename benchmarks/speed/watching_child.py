"""Child of the watching target: a plain Optuna script, that prints its CPU clock at every trial.

TRIALS STORAGE ATTRIBUTES PARAMETERS URL: nothing here knows of the harness; whether it is watched is in its
environment.
Waits for its turn before every block of trials; see `processes.run_in_lockstep`.
"""

import json
import sys
import time

import optuna

clock_ns: list[int] = []  # of this thread, at the start of each trial


def objective(trial: optuna.Trial) -> float:
    if len(clock_ns) % block == 0:
        print(".", flush=True)
        sys.stdin.readline()  # waiting costs no CPU
    clock_ns.append(time.thread_time_ns())
    for index in range(attributes):
        trial.set_user_attr(f"a{index}", float(index))
    return sum(trial.suggest_float(f"x{index}", 0, 1) for index in range(parameters))


if __name__ == "__main__":
    block = (
        50 if sys.argv[2] == "memory" else 5
    )  # long beside a change of turns, short beside one of the machine's mood
    trials, attributes, parameters = int(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        study_name="watched",
        storage=sys.argv[5] or None,
        sampler=optuna.samplers.RandomSampler(seed=0),
        load_if_exists=True,
    )
    study.optimize(objective, n_trials=trials)
    print(json.dumps(clock_ns))
