"""One write per trial: what others see of a running trial, what a lost process leaves, and how little is written."""

import pickle
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.exceptions import StorageInternalError
from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, RDBStorage, get_storage
from optuna.storages._rdb import models
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, event
from sqlalchemy.exc import OperationalError

from harness.errors import InputError, LackingError
from harness.runner.storages import bulk, close_storage, one_write
from harness.runner.storages.bulk import see_that_tables_are_known
from harness.runner.storages.one_write import OneWriteDatabase
from harness.runner.storages.one_write_journal import OneWriteJournal
from tests.runner.storages.conftest import Open, with_levers

KINDS = ["one-write", "journal,one-write"]


@pytest.fixture(params=KINDS)
def levers(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def study(levers: str, opened: Open) -> optuna.Study:
    sampler = optuna.samplers.RandomSampler(seed=1)
    return optuna.create_study(study_name="s", storage=opened(with_levers(levers)), sampler=sampler)


def of_another(levers: str, opened: Open) -> optuna.Study:
    """The study as a process with Optuna alone sees it."""
    return optuna.load_study(study_name="s", storage=opened(with_levers(levers.replace("one-write", "").rstrip(","))))


def begin(study: optuna.Study) -> optuna.Trial:
    """A trial that has been given one of each."""
    trial = study.ask()
    trial.suggest_float("x", 0, 1)
    trial.set_user_attr("why", "so")
    trial.report(0.5, 3)
    return trial


def given(trial: FrozenTrial) -> tuple[Any, ...]:
    return trial.params, trial.user_attrs, trial.intermediate_values


def test_this_process_sees_what_its_trial_was_given_and_others_when_it_has_ended(
    study: optuna.Study, levers: str, opened: Open
) -> None:
    other = of_another(levers, opened)
    trial = begin(study)
    expected = ({"x": trial.params["x"]}, {"why": "so"}, {3: 0.5})
    assert given(study.trials[0]) == expected
    assert given(study._storage.get_trial(trial._trial_id)) == expected
    assert study._storage.get_trial_params(trial._trial_id) == {"x": trial.params["x"]}
    assert study._storage.get_trial_param(trial._trial_id, "x") == trial.params["x"]
    assert other.trials[0].state is TrialState.RUNNING
    assert given(other.trials[0]) == ({}, {}, {})

    study.tell(trial, 2.0)

    assert given(other.trials[0]) == given(study.trials[0]) == expected
    assert other.trials[0].values == study.trials[0].values == [2.0]


def test_a_process_that_dies_leaves_its_finished_trials_whole_and_the_last_one_running(
    study: optuna.Study, levers: str, opened: Open, tmp_path: Path
) -> None:
    study.tell(begin(study), 1.0)
    begin(study)
    at_death = tmp_path / "at-death"
    at_death.mkdir()
    for file in tmp_path.glob("study.*"):
        shutil.copy(file, at_death)

    plan = with_levers(levers.replace("one-write", "").rstrip(","))
    first, last = optuna.load_study(study_name="s", storage=opened(plan, at_death)).trials
    assert first.state is TrialState.COMPLETE
    assert given(first) == given(study.trials[0])
    assert last.state is TrialState.RUNNING
    assert given(last) == ({}, {}, {})


@contextmanager
def broken_in_the_midst(storage: Any) -> Iterator[None]:
    """The disk fails once the state and the parameters have been sent."""
    if isinstance(storage, JournalStorage):
        with patch.object(type(storage._backend), "append_logs", side_effect=OSError("no space left")):
            yield
        return

    def fail(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "trial_user_attributes" in statement:
            raise OperationalError(statement, {}, Exception("disk I/O error"))

    engine = storage._backend.engine
    event.listen(engine, "before_cursor_execute", fail)
    yield
    event.remove(engine, "before_cursor_execute", fail)


def test_a_write_that_fails_half_way_writes_nothing_and_can_be_repeated(
    study: optuna.Study, levers: str, opened: Open
) -> None:
    other = of_another(levers, opened)
    trial = begin(study)
    with broken_in_the_midst(study._storage), pytest.raises((OSError, StorageInternalError)):
        study.tell(trial, 2.0)

    assert other.trials[0].state is TrialState.RUNNING
    assert given(other.trials[0]) == ({}, {}, {})
    assert study.trials[0].user_attrs == {"why": "so"}  # it waits still

    study.tell(trial, 2.0)
    assert given(other.trials[0]) == given(study.trials[0])
    assert other.trials[0].state is TrialState.COMPLETE


def test_an_append_torn_by_a_crash_leaves_the_trial_running(opened: Open, tmp_path: Path) -> None:
    levers = "journal,one-write"
    study = optuna.create_study(study_name="s", storage=opened(with_levers(levers)))
    study.tell(begin(study), 1.0)
    study.tell(begin(study), 2.0)
    whole = (tmp_path / "study.journal").read_bytes()
    torn = tmp_path / "torn"
    torn.mkdir()
    (torn / "study.journal").write_bytes(whole[:-40])  # within the last line, which says how the trial ended

    first, last = optuna.load_study(study_name="s", storage=opened(with_levers("journal"), torn)).trials
    assert (first.state, first.values) == (TrialState.COMPLETE, [1.0])
    assert (last.state, last.values) == (TrialState.RUNNING, None)


def test_what_is_wrong_is_said_at_once(study: optuna.Study) -> None:
    study.tell(begin(study), 1.0)
    trial = study.ask()
    with pytest.raises(TypeError):
        trial.set_user_attr("what", object())
    with pytest.raises(ValueError, match="different distribution"):
        trial.suggest_int("x", 0, 1)
    trial.suggest_categorical("kind", ["a", "b"])
    with pytest.raises(ValueError, match="dynamic value space"):
        study.ask().suggest_categorical("kind", ["c"])


def test_a_parameter_of_a_finished_study_is_compared_with(study: optuna.Study, levers: str, opened: Open) -> None:
    study.tell(begin(study), 1.0)
    again = optuna.load_study(study_name="s", storage=opened(with_levers(levers)))
    with pytest.raises(ValueError, match="different distribution"):
        again.ask().suggest_categorical("x", ["a"])


def test_what_is_read_does_not_change_with_later_writes(study: optuna.Study) -> None:
    trial = begin(study)
    before = study._storage.get_trial(trial._trial_id)
    trial.set_user_attr("more", 1)
    trial.suggest_float("y", 0, 1)
    assert given(before) == ({"x": trial.params["x"]}, {"why": "so"}, {3: 0.5})


def test_a_reader_cannot_change_what_will_be_written(study: optuna.Study) -> None:
    trial = begin(study)
    trial.set_user_attr("curve", [1, 2])
    study.trials[0].user_attrs["curve"].append(3)
    trial.user_attrs["curve"].append(3)
    study.tell(trial, 1.0)
    assert study.trials[0].user_attrs["curve"] == [1, 2]


def test_a_busy_database_is_tried_again_as_optuna_does(opened: Open) -> None:
    storage = opened(with_levers("one-write"))
    study = optuna.create_study(storage=storage)
    busy = OperationalError("INSERT", {}, Exception("database is locked"))
    with patch("harness.runner.storages.one_write.create_trial", side_effect=busy):
        study.tell(study.ask(), 1.0)
    study.tell(study.ask(), 2.0)
    assert [(trial.number, trial.values) for trial in study.trials] == [(0, [1.0]), (1, [2.0])]


def test_many_trials_of_others_are_read_at_once(opened: Open) -> None:
    study = optuna.create_study(study_name="s", storage=opened(with_levers("one-write")))
    other = of_another("one-write", opened)
    study.tell(study.ask(), 1.0)
    assert len(study.trials) == 1
    running = begin(study)
    with patch("harness.runner.storages.one_write._FEW", 2):
        for number in range(4):
            other.tell(other.ask(), float(number))
        assert len(study.trials) == 6
    assert given(study.trials[1])[1] == {"why": "so"}
    study.tell(running, 1.0)
    assert given(study.trials[1]) == given(other.trials[1])


def test_another_process_may_end_the_trial_and_then_it_has_ended(
    study: optuna.Study, levers: str, opened: Open
) -> None:
    """As a heartbeat does for a worker that it takes for dead."""
    trial = begin(study)
    of_another(levers, opened).tell(trial.number, state=TrialState.FAIL)
    with pytest.raises(optuna.exceptions.UpdateFinishedTrialError):
        study._storage.set_trial_state_values(trial._trial_id, TrialState.COMPLETE, [1.0])


def test_a_waiting_trial_is_taken_up_by_one_and_written_once(study: optuna.Study, levers: str, opened: Open) -> None:
    study.enqueue_trial({"x": 0.25}, user_attrs={"why": "a guess", "kept": 1})
    waiting = study._storage.get_all_trials(study._study_id)[0]._trial_id
    other = of_another(levers, opened)
    other.trials  # noqa: B018 - a cache that knows it as waiting
    trial = begin(study)

    assert trial._trial_id == waiting
    assert study._storage.set_trial_state_values(waiting, TrialState.RUNNING) is False
    assert other._storage.set_trial_state_values(waiting, TrialState.RUNNING) is False
    study.tell(trial, 1.0)
    assert given(other.trials[0]) == ({"x": 0.25}, {"why": "so", "kept": 1}, {3: 0.5})


def test_what_another_wrote_to_the_trial_meanwhile_stays(study: optuna.Study, levers: str, opened: Open) -> None:
    trial = begin(study)
    of_another(levers, opened)._storage.set_trial_user_attr(trial._trial_id, "note", "seen")
    of_another(levers, opened)._storage.set_trial_user_attr(trial._trial_id, "why", "not so")
    study.tell(trial, 1.0)
    assert of_another(levers, opened).trials[0].user_attrs == {"note": "seen", "why": "so"}


def test_a_copy_runs_trials_of_its_own(study: optuna.Study) -> None:
    trial = begin(study)
    copy: BaseStorage = pickle.loads(pickle.dumps(study._storage))
    assert given(copy.get_trial(trial._trial_id)) == ({}, {}, {})
    study.tell(trial, 1.0)
    assert given(copy.get_trial(trial._trial_id)) == given(study.trials[0])
    close_storage(copy)


def test_a_deleted_study_takes_its_trials_along(opened: Open) -> None:
    storage = opened(with_levers("one-write"))
    trial = begin(optuna.create_study(study_name="s", storage=storage))
    optuna.delete_study(study_name="s", storage=storage)
    with pytest.raises(KeyError):
        storage.set_trial_user_attr(trial._trial_id, "why", "not")


def test_heartbeats_go_through(tmp_path: Path, empty_database: Path) -> None:
    shutil.copy(empty_database, tmp_path)
    with pytest.warns(optuna.exceptions.ExperimentalWarning):
        database = RDBStorage(f"sqlite:///{tmp_path}/study.sqlite3", heartbeat_interval=60)
    storage: Any = get_storage(one_write(database))
    study = optuna.create_study(storage=storage)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    with database.engine.connect() as connection:
        beats = connection.exec_driver_sql("SELECT count(*) FROM trial_heartbeats").scalar()
    close_storage(storage)

    assert storage.get_heartbeat_interval() == 60
    assert beats == 2


def test_a_trial_takes_two_transactions_however_much_it_is_given(opened: Open) -> None:
    """Plain: 259 statements and 121 commits. Counts have no noise, so that any change of them is seen."""
    storage: Any = opened(with_levers("one-write"))
    study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=1))

    def objective(trial: optuna.Trial) -> float:
        for index in range(110):
            trial.set_user_attr(f"a{index}", index)
        return sum(trial.suggest_float(f"x{index}", 0, 1) for index in range(6))

    study.optimize(objective, n_trials=2)
    counts: Counter[str] = Counter()
    engine = storage._backend.engine
    event.listen(engine, "before_cursor_execute", lambda *_: counts.update(["statements"]))
    event.listen(engine, "commit", lambda *_: counts.update(["commits"]))
    study.optimize(objective, n_trials=10)

    assert counts == {"statements": 60, "commits": 20}


def test_one_write_takes_what_optuna_takes(tmp_path: Path) -> None:
    made = one_write(f"sqlite:///{tmp_path}/a.sqlite3")
    assert type(made) is OneWriteDatabase
    close_storage(made)
    journal = JournalStorage(JournalFileBackend(str(tmp_path / "a.journal")))
    assert type(one_write(journal)) is OneWriteJournal
    with pytest.raises(InputError, match="not InMemoryStorage"):
        one_write(InMemoryStorage())


def test_tables_that_are_not_known_are_refused_in_one_sentence() -> None:
    engine = create_engine("sqlite://")
    see_that_tables_are_known(engine)
    other = MetaData()
    for name, table in models.BaseModel.metadata.tables.items():
        Table(name, other, *(Column(column.name, column.type) for column in table.columns), Column("new", Integer))
    with (
        patch.object(bulk.models.BaseModel, "metadata", other),
        pytest.raises(LackingError, match=r"trials differs in new: leave one-write out"),
    ):
        see_that_tables_are_known(engine)


def test_a_database_of_another_kind_is_refused_in_one_sentence() -> None:
    engine = create_engine("mysql+pymysql://", module=_Driver())
    with pytest.raises(LackingError, match="this database is mysql: leave one-write out"):
        see_that_tables_are_known(engine)


class _Driver:
    paramstyle = "format"


def test_a_number_is_counted_in_the_study_alone(opened: Open) -> None:
    storage = opened(with_levers("one-write"))
    first, second = (optuna.create_study(study_name=name, storage=storage) for name in "ab")
    numbers = [study.ask().number for study in (first, second, first, second, second)]
    assert numbers == [0, 0, 1, 1, 2]


def test_trials_of_an_unread_study_are_not_kept_for_ever(opened: Open) -> None:
    storage: Any = opened(with_levers("one-write"))
    database = storage._backend
    study_id = storage.create_new_study([optuna.study.StudyDirection.MINIMIZE])
    with patch("harness.runner.storages.pending._KEPT", 3):
        for _ in range(5):
            trial_id = storage.create_new_trial(study_id)
            storage.set_trial_param(trial_id, "x", 0.5, FloatDistribution(0, 1))
            storage.set_trial_state_values(trial_id, TrialState.COMPLETE, [1.0])
    assert len(database._trials._ended) == 3
    assert [trial.params for trial in storage.get_all_trials(study_id)] == [{"x": 0.5}] * 5
