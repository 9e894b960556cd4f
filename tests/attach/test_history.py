"""What Optuna's history takes: as many trials as the storage keeps, and about the bytes that they really take."""

import sys
import tracemalloc
from typing import Any

import optuna
import pytest

from harness.attach.history import history_of
from harness.model.plan import StorageKind
from tests.attach.conftest import OpenInner

MANY = 400


@pytest.mark.parametrize("kind", StorageKind)
def test_trials_kept_are_counted(kind: StorageKind, open_inner: OpenInner) -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = open_inner(kind)
    study = optuna.create_study(storage=storage)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=12)
    study.get_trials()

    kept = history_of(storage)

    assert kept is not None
    assert kept[0] == 12
    assert kept[1] > 12 * 500


def test_the_bytes_are_about_what_the_allocator_gave() -> None:
    storage = optuna.storages.InMemoryStorage()
    study = optuna.create_study(storage=storage)

    def big(trial: optuna.Trial) -> float:
        trial.set_user_attr("text", str(trial.number) * 4000)
        return float(trial.suggest_float("x", 0, 1))

    study.optimize(big, n_trials=1)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    study.optimize(big, n_trials=MANY)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    kept = history_of(storage)

    assert kept is not None
    assert kept[1] == pytest.approx(after - before, rel=0.25)


def test_large_attributes_are_sized_by_some_of_their_items() -> None:
    looks: list[int] = []

    class Looked(list[Any]):
        def __sizeof__(self) -> int:
            looks.append(1)
            return super().__sizeof__()

    storage = optuna.storages.InMemoryStorage()
    study = optuna.create_study(storage=storage)
    value = [Looked([float(index), str(index)]) for index in range(20_000)]
    for _ in range(3):
        study.add_trial(optuna.trial.create_trial(value=1.0, user_attrs={"large": value}))
    kept_trials = next(iter(storage._studies.values())).trials
    one = sum(sys.getsizeof(item) + sum(map(sys.getsizeof, item)) for item in value) + sys.getsizeof(value)
    looks.clear()

    kept = history_of(storage)

    assert kept is not None
    assert kept[0] == len(kept_trials) == 3
    assert kept[1] == pytest.approx(3 * one, rel=0.2)
    assert len(looks) < 2_000


def test_a_storage_of_unknown_make_is_not_known() -> None:
    assert history_of(object()) is None
