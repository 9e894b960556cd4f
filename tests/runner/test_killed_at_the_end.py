"""A process that is killed while it tells the storage of a trial: the trial is in the record exactly if it is there."""

import json
from pathlib import Path

import pytest

from tests.runner.running import harness_run

pytestmark = pytest.mark.process
SCRIPT = """
import optuna, os, signal, sys
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)
SET_STATE, DEADLY = 6, 3

class Backend(JournalFileBackend):
    ended = 0
    def append_logs(self, logs):
        self.ended += sum(log["op_code"] == SET_STATE and log["state"] == 1 for log in logs)
        if self.ended == DEADLY and sys.argv[1] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().append_logs(logs)
        if self.ended == DEADLY and sys.argv[1] == "after":
            os.kill(os.getpid(), signal.SIGKILL)

storage = JournalStorage(Backend("study.journal")) if sys.argv[1] != "memory" else None
if storage is None:
    class Memory(optuna.storages.InMemoryStorage):
        def set_trial_state_values(self, trial_id, state, values=None):
            changed = super().set_trial_state_values(trial_id, state, values)
            if trial_id == DEADLY - 1 and state.is_finished():
                os.kill(os.getpid(), signal.SIGKILL)
            return changed
    storage = Memory()
study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=1))
study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=5)
"""


@pytest.mark.parametrize(("when", "trials"), [("before", 2), ("after", 3), ("memory", 3)])
def test_a_trial_that_was_being_told_is_kept_if_the_storage_has_it(when: str, trials: int, tmp_path: Path) -> None:
    (tmp_path / "optimise.py").write_text(SCRIPT)

    watched = harness_run([str(tmp_path / "optimise.py"), when], tmp_path)

    assert watched.exit_code == -9
    rows = watched.record.trials
    assert [(row.number, row.state.value, list(row.params)) for row in rows] == [
        (number, "complete", ["x"]) for number in range(trials)
    ]
    assert all(row.cpu_s > 0 and row.spans["storage"].calls > 3 and row.wall_s > 0 for row in rows)
    assert [row.values for row in rows] == [tuple(row.params.values()) for row in rows]
    report = json.dumps(json.loads((tmp_path / "report" / "report.json").read_text()))
    assert ("1 trial (2) ended as the process was killed" in report) is (when == "memory")
