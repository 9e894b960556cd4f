"""What a first run stored and called is what its workload is known by; a run of a few trials does not know it all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import pytest

from harness.levers.traits import LARGE_ATTRIBUTE_BYTES
from harness.model.machine import Machine
from harness.model.plan import Plan, StorageKind
from harness.model.store import STUDY_DATABASE, STUDY_JOURNAL, read_record
from harness.runner.comparing.stored import largest_attribute_bytes
from harness.runner.comparing.traits import traits_of
from harness.runner.launch import Site
from harness.runner.storages import closing_storage
from tests.runner.comparing.launching import FakeRuns, Told

PLAN = Plan(workload="my_study:objective", trials=3, storage=StorageKind.SQLITE)
DURABLE = pytest.mark.parametrize("kind", [StorageKind.SQLITE, StorageKind.JOURNAL])
LONG = "x" * LARGE_ATTRIBUTE_BYTES  # in quotes it is longer than the bound

Write = Callable[[optuna.Study], None]


@pytest.fixture(autouse=True)
def _without_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optuna.logging.get_logger("optuna"), "level", optuna.logging.WARNING)


def store(kind: StorageKind, folder: Path, write: Write) -> None:
    """Leave a study in the folder, as a run does."""
    with closing_storage(replace(PLAN, storage=kind), folder) as storage:
        write(optuna.create_study(storage=storage))


def told(study: optuna.Study, state: str = "COMPLETE", **attributes: Any) -> None:
    trial = study.ask()
    for key, value in attributes.items():
        trial.set_user_attr(key, value)
    ended = optuna.trial.TrialState[state]
    study.tell(trial, None if state == "FAIL" else 1.0, state=ended)


def all_small(study: optuna.Study) -> None:
    for _ in range(3):
        told(study, sharpe=1.25, name="flat", pair=[1, 2.5])
    study.set_user_attr("notes", LONG)


def one_large_in_a_trial_that_failed(study: optuna.Study) -> None:
    told(study, sharpe=1.25)
    told(study, state="FAIL", curve=[1.5, "\u00e4"])
    told(study, sharpe=1.25)


def one_large_of_a_sampler(study: optuna.Study) -> None:
    told(study, sharpe=1.25)
    trial = study.ask()
    study._storage.set_trial_system_attr(trial._trial_id, "sampler's", LONG)
    study.tell(trial, 1.0)


def one_large_that_was_added(study: optuna.Study) -> None:
    told(study, sharpe=1.25)
    study.add_trial(optuna.trial.create_trial(value=1.0, user_attrs={"curve": LONG}))


def nothing(study: optuna.Study) -> None:
    told(study)


@DURABLE
@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (all_small, len("[1, 2.5]")),
        (one_large_in_a_trial_that_failed, len('[1.5, "\\u00e4"]')),
        (one_large_of_a_sampler, len("1.25")),
        (one_large_that_was_added, LARGE_ATTRIBUTE_BYTES + 2),
        (nothing, None),
    ],
)
def test_the_largest_attribute_is_any_trials_own(
    kind: StorageKind, write: Write, expected: int | None, tmp_path: Path
) -> None:
    store(kind, tmp_path, write)
    assert largest_attribute_bytes(tmp_path) == expected


@pytest.mark.parametrize("name", [STUDY_DATABASE, STUDY_JOURNAL])
@pytest.mark.parametrize("content", [b"", b"not a study at all"])
def test_a_file_that_cannot_be_read_does_not_tell(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert largest_attribute_bytes(tmp_path) is None


def ran(root: Path, plan: Plan) -> Path:
    """The folder of a run that has ended."""
    return FakeRuns()(plan, Site(root=root, machine=Machine()), label="recording", watch=Told().watch)


@DURABLE
def test_a_run_of_all_trials_knows_the_largest_attribute(kind: StorageKind, tmp_path: Path) -> None:
    folder = ran(tmp_path, PLAN)
    store(kind, folder, all_small)
    found = traits_of(read_record(folder), PLAN)
    assert (found.largest_attribute_bytes, found.is_whole) == (8, True)


def test_a_run_of_a_few_trials_does_not_know_what_the_others_write(tmp_path: Path) -> None:
    folder = ran(tmp_path, PLAN)
    store(StorageKind.SQLITE, folder, all_small)
    found = traits_of(read_record(folder), replace(PLAN, trials=4))
    assert (found.largest_attribute_bytes, found.is_whole) == (None, False)


def test_a_study_that_was_kept_in_memory_does_not_tell(tmp_path: Path) -> None:
    assert traits_of(read_record(ran(tmp_path, PLAN)), PLAN).largest_attribute_bytes is None
