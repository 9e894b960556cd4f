"""A study whose trials run in other processes, as people start them: `workers.py HOW FOLDER`. No word of a harness."""

import multiprocessing
import os
import signal
import subprocess
import sys

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

TRIALS = 3
optuna.logging.set_verbosity(optuna.logging.ERROR)


def storage(folder):
    return JournalStorage(JournalFileBackend(f"{folder}/journal.log"))


def objective(trial):
    return trial.suggest_float("x", -1, 1) ** 2


def work(folder):
    optuna.load_study(study_name="shared", storage=storage(folder)).optimize(objective, n_trials=TRIALS)


def started_by_multiprocessing(how, folder):
    context = multiprocessing.get_context(how)
    processes = [context.Process(target=work, args=(folder,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def pool(folder):
    with multiprocessing.get_context("fork").Pool(2) as workers:
        workers.map(work, [folder, folder], chunksize=1)


def loky(folder):
    import joblib

    joblib.Parallel(n_jobs=2)(joblib.delayed(work)(folder) for _ in range(2))


def pickled(folder):
    """The Study object itself travels to the workers."""
    import joblib

    study = optuna.load_study(study_name="shared", storage=storage(folder))
    joblib.Parallel(n_jobs=2)(joblib.delayed(study.optimize)(objective, n_trials=TRIALS) for _ in range(2))


def command(folder):
    return [sys.executable, __file__, "work", folder]


def by_subprocess(folder):
    for process in [subprocess.Popen(command(folder)) for _ in range(2)]:
        assert process.wait() == 0


def by_shell(folder):
    line = " ".join(command(folder))
    subprocess.run(f"for i in 1 2; do {line} & done; wait", shell=True, check=True)


def by_os_fork(folder):
    child = os.fork()
    if child == 0:
        work(folder)
        os._exit(0)
    os.waitpid(child, 0)
    work(folder)


def fork_after_threads(folder):
    """Threads run trials, then the process forks."""
    study = optuna.load_study(study_name="shared", storage=storage(folder))
    study.optimize(objective, n_trials=TRIALS, n_jobs=2)
    child = os.fork()
    if child == 0:
        work(folder)
        os._exit(0)
    os.waitpid(child, 0)


def killed_in_a_trial(folder):
    """One worker is killed in its second trial, the other works on."""

    def fatal(trial):
        if trial.number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return 1.0

    child = os.fork()
    if child == 0:
        optuna.load_study(study_name="shared", storage=storage(folder)).optimize(fatal, n_trials=TRIALS)
    os.waitpid(child, 0)
    work(folder)


HOW = {
    "pool": pool,
    "loky": loky,
    "pickled": pickled,
    "subprocess": by_subprocess,
    "shell": by_shell,
    "os.fork": by_os_fork,
    "threads": fork_after_threads,
    "killed": killed_in_a_trial,
}

if __name__ == "__main__":
    how, folder = sys.argv[1:]
    if how == "work":
        work(folder)
        sys.exit()
    optuna.create_study(study_name="shared", storage=storage(folder))
    if how in HOW:
        HOW[how](folder)
    else:
        started_by_multiprocessing(how, folder)
