import json
from pathlib import Path
from typing import Any

import pytest

from harness.attach.histories.reading import read_history
from harness.errors import InputError

WORKER, OTHER = "aaaa-bbbb-1", "cccc-dddd-2"
LOCAL = "2026-03-01T12:00:00.250000"
UTC = "2026-03-01T12:00:00.250000+00:00"
LATER_UTC = "2026-03-01T12:00:01.750000+00:00"
FLOAT = '{"name": "FloatDistribution", "attributes": {"low": 0.0, "high": 1.0}}'


def study(name: str = "s", worker: str = WORKER) -> dict[str, Any]:
    return {"op_code": 0, "worker_id": worker, "study_name": name, "directions": [1]}


def began(at: str = UTC, worker: str = WORKER, study_id: int = 0) -> dict[str, Any]:
    return {"op_code": 4, "worker_id": worker, "study_id": study_id, "datetime_start": at}


def ended(trial: int, worker: str = WORKER, state: int = 1, at: str = LATER_UTC) -> dict[str, Any]:
    return {
        "op_code": 6,
        "worker_id": worker,
        "trial_id": trial,
        "state": state,
        "values": [1.0] if state == 1 else None,
        "datetime_complete": at,
    }


def popped(trial: int, worker: str, at: str = UTC) -> dict[str, Any]:
    return {
        "op_code": 6,
        "worker_id": worker,
        "trial_id": trial,
        "state": 0,
        "values": None,
        "datetime_start": at,
    }


def param(trial: int, value: float, name: str = "x") -> dict[str, Any]:
    return {
        "op_code": 5,
        "worker_id": WORKER,
        "trial_id": trial,
        "param_name": name,
        "param_value_internal": value,
        "distribution": FLOAT,
    }


def written(folder: Path, *operations: dict[str, Any] | str) -> str:
    path = folder / "study.log"
    lines = [line if isinstance(line, str) else json.dumps(line, separators=(",", ":")) + "\n" for line in operations]
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)


def test_who_took_a_waiting_trial_ran_it(tmp_path: Path) -> None:
    waiting = {**began(), "datetime_start": None, "state": 4, "value": None, "values": None}
    history = read_history(written(tmp_path, study(), waiting, popped(0, OTHER), popped(0, WORKER), ended(0, OTHER)))
    worker = history.trials[0].worker
    assert worker is not None
    assert (worker.process, worker.thread) == ("cccc-dddd", "2")
    assert history.facts.workers == 1


def test_a_trial_that_another_worker_gave_up_for_dead_is_the_first_ones(tmp_path: Path) -> None:
    history = read_history(written(tmp_path, study(), began(worker=OTHER), ended(0, WORKER, state=3)))
    worker = history.trials[0].worker
    assert worker is not None
    assert worker.process == "cccc-dddd"


def test_a_finished_trial_changes_no_more(tmp_path: Path) -> None:
    late = {"op_code": 8, "worker_id": OTHER, "trial_id": 0, "user_attr": {"a": 1}}
    history = read_history(written(tmp_path, study(), began(), ended(0), ended(0, state=3), param(0, 0.5), late))
    trial = history.trials[0]
    assert (trial.state.value, trial.params, trial.user_attributes) == ("complete", {}, 0)


def test_an_attribute_that_is_written_again_was_two_calls(tmp_path: Path) -> None:
    attribute = {"op_code": 8, "worker_id": WORKER, "trial_id": 0, "user_attr": {"a": "b"}}
    history = read_history(written(tmp_path, study(), began(), attribute, attribute, ended(0)))
    assert (history.trials[0].user_attributes, history.trials[0].attribute_bytes) == (2, 6)


def test_trials_of_a_deleted_study_keep_their_ids(tmp_path: Path) -> None:
    deleted = {"op_code": 1, "worker_id": WORKER, "study_id": 0}
    address = written(tmp_path, study("a"), began(), deleted, study("b"), began(study_id=1), param(1, 0.5), ended(1))
    history = read_history(address)
    assert history.facts.study == "b"
    assert [(trial.number, trial.params) for trial in history.trials] == [(0, {"x": 0.5})]


def test_a_study_that_two_workers_made_at_once_is_the_first_ones(tmp_path: Path) -> None:
    address = written(tmp_path, study(), study(worker=OTHER), began(), ended(0))
    assert len(read_history(address).trials) == 1


def test_times_of_optuna_4_have_no_zone_and_a_note_says_so(tmp_path: Path) -> None:
    history = read_history(written(tmp_path, study(), began(LOCAL), ended(0, at="2026-03-01T12:00:01.750000")))
    assert history.trials[0].elapsed_s == 1.5
    assert history.facts.notes[0].startswith("Optuna before 5 stores local times without their zone")


def test_times_of_optuna_5_need_no_note(tmp_path: Path) -> None:
    assert read_history(written(tmp_path, study(), began(), ended(0))).facts.notes == ()


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    history = read_history(written(tmp_path, study(), began(), ended(0), '{"op_code":4,"worker'))
    assert len(history.trials) == 1
    assert history.facts.notes == (
        "The journal's last line is torn and was passed over: a writer was killed, or is writing now.",
    )


def test_a_whole_last_line_without_its_end_is_torn_too(tmp_path: Path) -> None:
    history = read_history(written(tmp_path, study(), began(), json.dumps(ended(0))))
    assert history.facts.running == (0,)
    assert len(history.facts.notes) == 1


def test_a_line_that_a_killed_writer_left_is_passed_over_and_told(tmp_path: Path) -> None:
    history = read_history(written(tmp_path, study(), began(), '{"op_code":5,"wor{"op_code":5}\n', ended(0)))
    assert len(history.trials) == 1
    assert history.facts.notes == (
        (
            "1 line is damaged and passed over: a writer was killed in the middle of one, and Optuna itself refuses to "
            "open this journal until it is deleted."
        ),
    )


@pytest.mark.parametrize(
    "senseless",
    [
        {"op_code": 6, "worker_id": WORKER},
        {"op_code": 6, "worker_id": WORKER, "trial_id": 0, "state": 77, "values": None},
        {"op_code": 6, "worker_id": WORKER, "trial_id": 0, "state": 1, "values": None, "datetime_complete": "noon"},
        {"op_code": 4, "worker_id": WORKER, "study_id": 0, "datetime_start": 3},
        {"op_code": 8, "worker_id": WORKER, "trial_id": 0, "user_attr": 7},
        {"op_code": 0, "worker_id": WORKER},
    ],
)
def test_an_operation_without_sense_counts_as_damage(senseless: dict[str, Any], tmp_path: Path) -> None:
    history = read_history(written(tmp_path, study(), began(), senseless, ended(0)))
    assert len(history.trials) == 1
    assert history.facts.notes[0].startswith("1 line is damaged")


def test_an_operation_of_a_later_optuna_is_told(tmp_path: Path) -> None:
    later = {"op_code": 42, "worker_id": WORKER}
    history = read_history(written(tmp_path, study(), later, began(), ended(0)))
    assert len(history.trials) == 1
    assert history.facts.notes == (
        "1 operation of the journal is of a kind that is not known here: a later Optuna wrote it.",
    )


def test_a_torn_first_line_is_a_journal_without_a_study(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no study"):
        read_history(written(tmp_path, '{"op_code":0,"wor'))


@pytest.mark.parametrize("line", [b"\xff\xfe\n", b"[" * 100_000 + b"\n", b"7\n", b"\n"])
def test_a_line_of_no_sense_within_a_journal_is_damage(line: bytes, tmp_path: Path) -> None:
    path = Path(written(tmp_path, study(), began()))
    path.write_bytes(path.read_bytes() + line + json.dumps(ended(0)).encode() + b"\n")
    history = read_history(str(path))
    assert len(history.trials) == 1
    assert history.facts.notes[0].startswith("1 line is damaged")


def test_json_lines_of_something_else_are_no_journal(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is neither a SQLite database nor a journal of Optuna"):
        read_history(written(tmp_path, '{"kind":"trial"}\n'))


def test_reading_leaves_the_file_as_it_is(journal: Path) -> None:
    before = (journal.read_bytes(), journal.stat().st_mtime_ns)
    journal.chmod(0o444)
    read_history(str(journal))
    assert (journal.read_bytes(), journal.stat().st_mtime_ns) == before
    assert list(journal.parent.iterdir()) == [journal]
