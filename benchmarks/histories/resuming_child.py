"""One process that opens a study and goes on with it: prints what the opening and each further trial took, as JSON.

Arguments: the storage's address, and how many parameters its trials have.
"""

import json
import statistics
import sys
import time
import warnings
from pathlib import Path

import optuna
from optuna.samplers import BaseSampler, RandomSampler, TPESampler

FURTHER = 3  # trials with each sampler after the first


def main(address: str, params: int) -> dict[str, float]:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warm_up(params)
    before_bytes, before_s = resident_bytes(), time.process_time()
    study = optuna.load_study(study_name="big", storage=open_storage(address), sampler=RandomSampler(seed=1))
    trial(study, params)
    opening_s, held_bytes = time.process_time() - before_s, resident_bytes() - before_bytes
    return {
        "opening_cpu_s": opening_s,
        "opening_bytes": held_bytes,
        "random_cpu_s": further(study, RandomSampler(seed=2), params),
        "tpe_cpu_s": further(study, TPESampler(seed=2), params),
    }


def open_storage(address: str) -> "optuna.storages.BaseStorage | str":
    if "://" in address:
        return address
    return optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(address))


def warm_up(params: int) -> None:
    """Pay for lazy imports and first calls: a study's opening is measured, not Optuna's."""
    for sampler in (RandomSampler(seed=0), TPESampler(seed=0)):
        study = optuna.create_study(sampler=sampler)
        for _ in range(15):
            trial(study, params)
    optuna.create_study(storage="sqlite://").ask()


def trial(study: optuna.Study, params: int) -> None:
    asked = study.ask()
    study.tell(asked, sum(asked.suggest_float(f"p{index}", 0, 1) for index in range(params)))


def further(study: optuna.Study, sampler: BaseSampler, params: int) -> float:
    """Median CPU of a trial once the study is open and the sampler has run once."""
    study.sampler = sampler
    trial(study, params)
    taken_s = []
    for _ in range(FURTHER):
        before_s = time.process_time()
        trial(study, params)
        taken_s.append(time.process_time() - before_s)
    return statistics.median(taken_s)


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
