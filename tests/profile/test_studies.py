from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.plan import SamplerKind, StorageKind
from harness.profile.reading.table import read_trials
from harness.profile.studies import SAMPLERS, STORAGES, studies_of
from tests.fakes import a_header
from tests.profiles import fake_profile, header, record_rows, study_row, trial_row, write_record


def test_a_study_that_three_processes_opened_is_one(tmp_path: Path) -> None:
    table = read_trials(write_record(tmp_path / "r", record_rows()))
    assert studies_of(table, header(), None) == fake_profile().studies


def test_trials_left_running_are_told_where_they_are_known(tmp_path: Path) -> None:
    (study,) = studies_of(read_trials(write_record(tmp_path / "r", record_rows(3))), header(), 7)
    assert study.running == 7


@pytest.mark.parametrize("storage", StorageKind)
@pytest.mark.parametrize("sampler", SamplerKind)
def test_a_plan_names_the_classes_that_rows_would(tmp_path: Path, storage: StorageKind, sampler: SamplerKind) -> None:
    given = a_header()
    assert given.plan is not None
    points = "points.json" if sampler is SamplerKind.REPLAY else None
    head = replace(given, plan=replace(given.plan, storage=storage, sampler=sampler, replay=points))
    (study,) = studies_of(read_trials(write_record(tmp_path / "r", [trial_row()])), head, None)
    assert (study.storage, study.sampler) == (STORAGES[storage], SAMPLERS[sampler])
    assert study.name == head.label


def test_without_rows_and_without_a_plan_little_is_known(tmp_path: Path) -> None:
    (study,) = studies_of(read_trials(write_record(tmp_path / "r", [trial_row()])), header(), None)
    assert (study.storage, study.sampler, study.trials) == ("unknown", None, 1)


def test_a_sampler_that_a_history_does_not_tell_is_none(tmp_path: Path) -> None:
    table = read_trials(write_record(tmp_path / "r", [study_row(sampler="", pruner=""), trial_row()]))
    (study,) = studies_of(table, header(), None)
    assert (study.sampler, study.pruner) == (None, None)
