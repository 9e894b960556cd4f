"""Studies under observation behave as they would without: pickles, copies, assignments, checks of class."""

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.pruners import HyperbandPruner, MedianPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, CmaEsSampler, GridSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.storages import BaseStorage, InMemoryStorage, RDBStorage

from harness.attach.proxy import inner_of, is_proxy
from harness.attach.recorder import Recorder
from harness.attach.studies import observe, observed
from harness.model.plan import StorageKind
from harness.model.record import Record
from harness.model.store import HEADER, read_record, write_json
from harness.probes.spans import hear
from tests.attach.conftest import OpenInner
from tests.fakes import a_header

TRIALS = 14


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    before = hear(None)
    yield
    hear(before)
    optuna.logging.set_verbosity(level)


@pytest.fixture
def watched(recorder: Recorder) -> Iterator[Recorder]:
    recorder.ready(startup_wall_s=0.0, startup_cpu_s=0.0)
    with observed(recorder):
        yield recorder


def record_of(recorder: Recorder) -> Record:
    recorder.finish(None)
    write_json(recorder.books.folder / HEADER, a_header())
    return read_record(recorder.books.folder)


def learning(trial: optuna.Trial) -> float:
    """A curve over steps that a pruner may cut."""
    x = trial.suggest_float("x", -1, 1)
    kind = trial.suggest_categorical("kind", ["a", "b"])
    for step in range(9):
        trial.report((x * x + (kind == "b")) / (step + 1), step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return x * x


SAMPLERS: dict[str, Any] = {
    "tpe": lambda: TPESampler(seed=3, n_startup_trials=4),
    "random": lambda: RandomSampler(seed=3),
    "cmaes": lambda: CmaEsSampler(seed=3, n_startup_trials=2, warn_independent_sampling=False),
    "nsga2": lambda: NSGAIISampler(seed=3, population_size=4),
    "grid": lambda: GridSampler({"x": [-0.5, 0.0, 0.5], "kind": ["a", "b"]}, seed=3),
}
PRUNERS: dict[str, Any] = {
    "median": lambda: MedianPruner(n_startup_trials=2),
    "hyperband": lambda: HyperbandPruner(min_resource=1, max_resource=9),
    "halving": SuccessiveHalvingPruner,
    "none": NopPruner,
}


def outcome(storage: BaseStorage, sampler: str, pruner: str) -> list[tuple[Any, ...]]:
    study = optuna.create_study(
        study_name="the same",  # Hyperband's brackets are drawn by it
        storage=storage,
        sampler=SAMPLERS[sampler](),
        pruner=PRUNERS[pruner](),
    )
    study.optimize(learning, n_trials=TRIALS)
    return [(t.number, t.state.name, t.values, t.params, t.intermediate_values) for t in study.get_trials()]


@pytest.mark.parametrize("storage", StorageKind)
@pytest.mark.parametrize(
    ("sampler", "pruner"), [*((name, "median") for name in SAMPLERS), *(("tpe", name) for name in PRUNERS)]
)
def test_a_seeded_study_is_the_same_with_and_without(
    storage: StorageKind, sampler: str, pruner: str, open_inner: OpenInner, recorder: Recorder
) -> None:
    expected = outcome(open_inner(storage), sampler, pruner)
    recorder.ready(startup_wall_s=0.0, startup_cpu_s=0.0)
    with observed(recorder):
        found = outcome(open_inner(storage), sampler, pruner)

    assert repr(found) == repr(expected)
    rows = record_of(recorder).trials
    assert [(row.number, row.state.name) for row in rows] == [(number, state) for number, state, *_ in expected]


def test_several_objectives_give_the_same_front(recorder: Recorder) -> None:
    def front() -> list[tuple[float, ...]]:
        study = optuna.create_study(directions=["minimize", "maximize"], sampler=NSGAIISampler(seed=1))
        study.optimize(lambda t: (t.suggest_float("x", 0, 1), t.suggest_float("y", 0, 1)), n_trials=30)
        return [tuple(t.values or ()) for t in study.best_trials]

    expected = front()
    with observed(recorder):
        assert front() == expected


def test_checks_of_class_see_what_they_would_see(watched: Recorder, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/study.db"
    study = optuna.create_study(storage=url, sampler=TPESampler(), pruner=HyperbandPruner())

    assert isinstance(study.sampler, TPESampler)
    assert isinstance(study.sampler, BaseSampler)
    assert not isinstance(study.sampler, RandomSampler)
    assert isinstance(study.pruner, HyperbandPruner)
    assert type(study.sampler) is TPESampler
    assert isinstance(study._storage, BaseStorage)
    assert is_proxy(study._storage)
    study._storage.remove_session()
    study._storage._backend.engine.dispose()  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore:Argument ``heartbeat_interval``")
@pytest.mark.filterwarnings("ignore:fail_stale_trials is experimental")
def test_a_heartbeat_is_one_exactly_where_the_storage_has_it(watched: Recorder, tmp_path: Path) -> None:
    from optuna.storages._heartbeat import is_heartbeat_enabled

    beating = RDBStorage(f"sqlite:///{tmp_path}/beating.db", heartbeat_interval=1, grace_period=2)
    with_one = optuna.create_study(storage=beating)
    without = optuna.create_study()
    with_one.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)

    assert (is_heartbeat_enabled(with_one._storage), is_heartbeat_enabled(without._storage)) == (True, False)
    assert len(record_of(watched).trials) == 2
    beating.remove_session()
    beating.engine.dispose()


def test_an_assigned_sampler_is_observed_too(watched: Recorder) -> None:
    study = optuna.create_study(sampler=RandomSampler(seed=1))
    study.sampler = own = TPESampler(seed=1)
    study.pruner = NopPruner()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)

    assert inner_of(study.sampler) is own
    assert study.sampler is own
    assert all("suggest" in row.spans for row in record_of(watched).trials)


def test_one_studys_sampler_given_to_another_is_observed_once(watched: Recorder) -> None:
    first = optuna.create_study(sampler=RandomSampler(seed=1))
    second = optuna.create_study(sampler=first.sampler, storage=first._storage)

    assert not is_proxy(inner_of(second.sampler))
    assert not is_proxy(inner_of(second._storage))


def test_pickles_and_copies_need_no_harness_and_are_observed_where_they_arrive(watched: Recorder) -> None:
    study = optuna.create_study(sampler=TPESampler(seed=1))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)

    packed = pickle.dumps((study, study.sampler, study.pruner, study._storage))
    assert b"harness" not in packed
    unpacked, sampler, _, _ = pickle.loads(packed)
    assert type(sampler) is TPESampler
    for other in (unpacked, copy.copy(study), copy.deepcopy(study)):
        assert is_proxy(other._storage)
        other.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    assert len(record_of(watched).trials) == 5


def test_attributes_are_read_and_set_on_the_plain_object(watched: Recorder) -> None:
    study = optuna.create_study(sampler=TPESampler(seed=1))

    study.sampler._n_startup_trials = 77  # type: ignore[attr-defined]

    assert inner_of(study.sampler)._n_startup_trials == 77
    with pytest.raises(AttributeError):
        study.sampler.no_such_thing  # type: ignore[attr-defined]  # noqa: B018


def test_after_undoing_a_study_is_as_optuna_made_it(recorder: Recorder) -> None:
    undo = observe(optuna.Study, recorder)
    study = optuna.create_study()
    undo()

    assert not is_proxy(study.sampler)
    assert not is_proxy(study._storage)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    assert "sampler" not in vars(optuna.Study)


def test_the_password_of_a_storage_is_in_no_row(watched: Recorder, open_inner: OpenInner, tmp_path: Path) -> None:
    storage = open_inner(StorageKind.SQLITE)
    storage._backend.url = "postgresql://me:s3cr3t@host/db"  # type: ignore[attr-defined]
    study = optuna.create_study(storage=storage)
    study.optimize(lambda trial: 1.0, n_trials=1)

    (row,) = record_of(watched).studies
    assert (row.storage, row.storage_url) == ("RDBStorage", "postgresql://me:***@host/db")


def test_callbacks_enqueued_and_failing_trials_work_as_before(watched: Recorder) -> None:
    seen: list[int] = []

    def fails_once(trial: optuna.Trial) -> float:
        if trial.number == 1:
            raise ValueError
        return trial.suggest_float("x", 0, 1)

    study = optuna.create_study()
    study.enqueue_trial({"x": 0.5})
    study.optimize(fails_once, n_trials=3, catch=(ValueError,), callbacks=[lambda s, t: seen.append(t.number)])

    assert seen == [0, 1, 2]
    assert study.trials[0].params == {"x": 0.5}
    assert [row.state.name for row in record_of(watched).trials] == ["COMPLETE", "FAIL", "COMPLETE"]


class Refuses(RandomSampler):
    """A sampler of the user's own with a fault in one of its methods."""

    def __init__(self, name: str) -> None:
        super().__init__(seed=1)

        def refuse(*_: object) -> None:
            raise RuntimeError("mine")

        setattr(self, name, refuse)


@pytest.mark.parametrize("name", ["before_trial", "after_trial", "sample_independent", "sample_relative"])
def test_an_error_of_the_users_sampler_shows_no_frame_of_ours(watched: Recorder, name: str) -> None:
    study = optuna.create_study(sampler=Refuses(name))

    with pytest.raises(RuntimeError, match="mine") as caught:
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)

    assert not [entry.path for entry in caught.traceback if "harness/attach" in str(entry.path)]


@pytest.mark.parametrize("name", ["create_new_trial", "set_trial_param"])
def test_an_error_of_the_users_storage_shows_no_frame_of_ours(
    watched: Recorder, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("mine")

    storage = InMemoryStorage()
    study = optuna.create_study(storage=storage)
    monkeypatch.setattr(storage, name, refuse)

    with pytest.raises(RuntimeError, match="mine") as caught:
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)

    assert not [entry.path for entry in caught.traceback if "harness/attach" in str(entry.path)]


def test_an_attribute_that_a_storage_has_not_shows_no_frame_of_ours(watched: Recorder) -> None:
    storage: Any = optuna.create_study()._storage

    with pytest.raises(AttributeError, match="'InMemoryStorage' object has no attribute 'nope'") as caught:
        storage.nope  # noqa: B018

    assert len(caught.traceback) == 1
