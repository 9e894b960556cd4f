"""`harness run` sees the trials of child processes, however they start, without the script's help."""

from collections import Counter
from pathlib import Path

import pytest

from harness.model.record import Birth
from tests.runner.running import SCRIPTS, harness_run

pytestmark = pytest.mark.process
TRIALS = 3
WORKERS = {
    "fork": (Birth.FORKED, Birth.FORKED),
    "spawn": (Birth.LAUNCHED, Birth.LAUNCHED),
    "forkserver": (Birth.LAUNCHED, Birth.LAUNCHED),
    "pool": (Birth.FORKED, Birth.FORKED),
    "loky": (Birth.LAUNCHED, Birth.LAUNCHED),
    "pickled": (Birth.LAUNCHED, Birth.LAUNCHED),
    "subprocess": (Birth.LAUNCHED, Birth.LAUNCHED),
    "shell": (Birth.LAUNCHED, Birth.LAUNCHED),
    "os.fork": (Birth.FORKED, Birth.LAUNCHED),
    "threads": (Birth.FORKED, Birth.LAUNCHED),
}


@pytest.mark.parametrize("how", WORKERS)
def test_trials_of_every_process_are_recorded_once(how: str, tmp_path: Path) -> None:
    run = harness_run([str(SCRIPTS / "workers.py"), how, str(tmp_path)], tmp_path)

    assert run.exit_code == 0, run.err
    record = run.record
    assert [row.number for row in record.trials] == list(range(2 * TRIALS))
    assert len({row.pid for row in record.trials} & {start.pid for start in record.starts}) <= 2
    if how not in ("pool", "loky", "pickled"):  # there, one worker may be quick enough to do it all
        assert Counter(start.birth for start in record.starts) == Counter(WORKERS[how])
    assert {start.birth for start in record.starts} <= set(WORKERS[how])
    assert {study.name for study in record.studies} == {"shared"}
    assert {end.pid for end in record.ends} == {start.pid for start in record.starts}
    assert not list(run.records[-1].glob("fault-*"))


def test_a_worker_killed_in_a_trial_leaves_its_finished_ones(tmp_path: Path) -> None:
    run = harness_run([str(SCRIPTS / "workers.py"), "killed", str(tmp_path)], tmp_path)

    assert run.exit_code == 0, run.err
    assert [row.number for row in run.record.trials] == [0, 2, 3, 4]
    assert "1 " in run.err  # what is missing is told
