"""Runs a case as a script runs a study: one `optimize`, or workers that share a study in a storage."""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import InputError, LackingError, RunError
from harness.workloads.calibration.case import Asked, Case, PlannedError, Start
from harness.workloads.calibration.cases import case_named
from harness.workloads.calibration.tally import Tally

if TYPE_CHECKING:
    import optuna

STUDY = "calibration"
MEMORY = "memory"
_JOURNAL = "journal:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one process is to run; plain values, so that it can be pickled or written on a command line."""

    case: str
    sizes: Mapping[str, float]
    storage: str  # memory, journal:PATH, or a database's URL
    trials: int
    tally: str | None = None

    def as_text(self) -> str:
        """The task as `task_of` reads it back."""
        return json.dumps(asdict(self))


def task_of(text: str) -> Task:
    """The task in a text."""
    try:
        return Task(**json.loads(text))
    except (TypeError, ValueError) as error:
        raise InputError(f"a worker of the calibration was given a task that it cannot read ({error})") from error


def run_case(task: Task, jobs: int) -> None:
    """Run all trials of a case. Raises LackingError when joblib is asked for and not installed."""
    case = case_named(task.case)
    asked = Asked(trials=task.trials, jobs=jobs)
    if case.environment is not None:
        os.environ.update(case.environment(task.sizes))
    study = _create(task)
    if case.enqueued is not None:
        for parameters in case.enqueued(task.sizes, asked):
            study.enqueue_trial(parameters)
    if case.start is Start.OPTIMIZE:
        _optimize(study, case, task, jobs)
        return
    if task.storage == MEMORY:
        raise InputError(
            f"the case {task.case!r} starts workers, which cannot share the memory storage: choose another"
        )
    del study
    _start_workers(case.start, [replace(task, trials=trials) for trials in asked.shared_out() if trials])


def work(task: Task) -> None:
    """Run one worker's trials of a study that exists already."""
    import optuna

    _quiet()
    study = optuna.load_study(study_name=STUDY, storage=_storage(task.storage))
    _optimize(study, case_named(task.case), task, jobs=1)


def _create(task: Task) -> "optuna.Study":
    import optuna

    _quiet()
    with suppress(KeyError):  # there is none yet
        optuna.delete_study(study_name=STUDY, storage=_storage(task.storage))
    return optuna.create_study(study_name=STUDY, storage=_storage(task.storage))


def _quiet() -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)  # a line per trial is a cost that no case put in


def _optimize(study: "optuna.Study", case: Case, task: Task, jobs: int) -> None:
    objective = case.objective(task.sizes, Tally(None if task.tally is None else Path(task.tally)))
    study.optimize(objective, n_trials=task.trials, n_jobs=jobs, catch=(PlannedError,))


def _storage(name: str) -> Any:
    if name == MEMORY:
        return None
    if name.startswith(_JOURNAL):
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        return JournalStorage(JournalFileBackend(name.removeprefix(_JOURNAL)))
    return name


def _start_workers(start: Start, tasks: list[Task]) -> None:
    match start:
        case Start.FORK | Start.SPAWN:
            _multiprocess(start.value, tasks)
        case Start.JOBLIB:
            _joblib(tasks)
        case Start.SUBPROCESS:
            _subprocess(tasks)
        case Start.OPTIMIZE:
            raise AssertionError("one process needs no workers")


def _multiprocess(method: str, tasks: list[Task]) -> None:
    context = multiprocessing.get_context(method)
    start: Callable[..., Any] = context.Process  # type: ignore[attr-defined]
    workers = [start(target=work, args=(task,)) for task in tasks]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    _check([int(worker.exitcode) for worker in workers])


def _joblib(tasks: list[Task]) -> None:
    try:
        from joblib import Parallel, delayed  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ModuleNotFoundError:
        raise LackingError("the case 'workers-joblib' needs joblib: install it") from None
    Parallel(n_jobs=len(tasks), backend="loky")(delayed(work)(task) for task in tasks)


def _subprocess(tasks: list[Task]) -> None:
    command = [sys.executable, "-P", "-m", "harness.workloads.calibration", "--work"]
    workers = [subprocess.Popen([*command, task.as_text()]) for task in tasks]
    _check([worker.wait() for worker in workers])


def _check(codes: list[int]) -> None:
    if any(codes):
        raise RunError(f"workers of the calibration ended with exit codes {', '.join(map(str, codes))}")
