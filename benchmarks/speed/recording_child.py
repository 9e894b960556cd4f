"""Child of the recording target: runs one study, bare or observed, and prints its CPU clock at every trial.

ARM TRIALS ROOT: the observed arm is the runner's own code, the bare arm the same calls of Optuna without it. Waits for
its turn before every 50 trials; see `processes.run_in_lockstep`.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import optuna
from optuna.pruners import NopPruner

from harness.model.plan import Plan, SamplerKind, StorageKind
from harness.runner.samplers import sampler_for
from harness.runner.storages import STUDY, open_storage
from harness.runner.study import Seat, run_whole
from harness.workloads.topstepb.suggest_only import suggest_only

if TYPE_CHECKING:
    from optuna import Trial

BLOCK = 50  # trials, some 20 ms: long beside the change of turns, short beside a change of the machine's mood
clock_ns: list[int] = []  # of this thread, at the start of each trial


def objective(trial: "Trial") -> float:
    """Only suggest, and read the clock: the same in both arms."""
    if len(clock_ns) % BLOCK == 0:
        print(".", flush=True)
        sys.stdin.readline()  # waiting costs no CPU
    clock_ns.append(time.thread_time_ns())
    return suggest_only(trial)


def run_bare(plan: Plan, folder: Path) -> None:
    """What `run_whole` asks of Optuna, and nothing else."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        study_name=STUDY,
        storage=open_storage(plan, folder),
        sampler=sampler_for(plan.sampler, plan.seed, 0),
        pruner=NopPruner(),
    )
    study.optimize(objective, n_trials=plan.trials, n_jobs=1, gc_after_trial=False)


if __name__ == "__main__":
    place = Path(tempfile.mkdtemp(dir=sys.argv[3]))
    chosen = Plan(
        workload="__main__:objective",
        trials=int(sys.argv[2]),
        sampler=SamplerKind.NUMBERED,
        storage=StorageKind.MEMORY,
    )
    if sys.argv[1] == "observed":
        run_whole(chosen, Seat(folder=place, worker=0, launched_s=time.time()))
    else:
        run_bare(chosen, place)
    print(json.dumps(clock_ns))
