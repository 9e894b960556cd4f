"""Trials asked for in one process, or thread, and told in another: a row each, from ask to tell."""

import json
import threading
from pathlib import Path
from typing import Any

import optuna

from harness.attach.instruments import Instruments
from harness.attach.recorder import Recorder
from harness.attach.studies import observe
from harness.probes.ledger import Ledger

NOTHING = Instruments(rss=lambda: None, peak=lambda: None, reset_peak=lambda: False)


def trial_rows(folder: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for path in folder.glob("trials-*") for line in path.read_text().splitlines()]
    return [row for row in rows if row["kind"] == "trial"]


def watch(folder: Path) -> tuple[Recorder, Any]:
    recorder = Recorder(folder, -1, Ledger(), NOTHING)
    recorder.on_first_trial = lambda: recorder.ready(startup_wall_s=0.0, startup_cpu_s=0.0)
    return recorder, observe(optuna.Study, recorder)


def test_a_trial_that_another_process_asked_for_lasts_as_the_storage_says(tmp_path: Path) -> None:
    storage = optuna.storages.InMemoryStorage()
    asking = optuna.create_study(study_name="shared", storage=storage)
    trial = asking.ask()  # unwatched: as in another process
    trial.suggest_float("x", 0.0, 1.0)
    recorder, undo = watch(tmp_path)
    try:
        optuna.load_study(study_name="shared", storage=storage).tell(trial.number, 0.5)
        failed = asking.ask()
        optuna.load_study(study_name="shared", storage=storage).tell(failed.number, state=optuna.trial.TrialState.FAIL)
    finally:
        undo()
        recorder.finish(None)

    row = trial_rows(tmp_path)[0]
    (stored, _) = asking.get_trials()
    assert stored.datetime_start is not None
    assert stored.datetime_complete is not None
    assert (row["number"], row["state"], row["values"]) == (0, "complete", [0.5])
    assert row["params"] == stored.params
    assert row["started_s"] == stored.datetime_start.timestamp()
    assert row["elapsed_s"] >= (stored.datetime_complete - stored.datetime_start).total_seconds()
    assert row["wall_s"] == 0
    assert all(row["state"] != "fail" or row["wall_s"] > 0 for row in trial_rows(tmp_path))


def test_a_trial_told_in_another_thread_has_one_row(tmp_path: Path) -> None:
    recorder, undo = watch(tmp_path)
    try:
        study = optuna.create_study()
        trial = study.ask()
        thread = threading.Thread(target=study.tell, args=(trial, 1.0))
        thread.start()
        thread.join()
    finally:
        undo()
        recorder.finish(None)

    (row,) = trial_rows(tmp_path)
    assert row["number"] == 0
    assert row["values"] == [1.0]
