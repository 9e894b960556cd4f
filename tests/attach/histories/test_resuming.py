import json
from dataclasses import fields, replace

import pytest

from harness.attach.histories.resuming import coefficients, resume_cost
from harness.model.history import StorageKind, StoredRows

ROWS = StoredRows(
    trials=2_000,
    params=12_000,
    user_attributes=20_000,
    system_attributes=10,
    intermediate_values=20_000,
    attribute_bytes=9,
    storage_bytes=None,
)
MEASURED = (StorageKind.SQLITE, StorageKind.POSTGRESQL, StorageKind.JOURNAL)


@pytest.mark.parametrize("storage", MEASURED)
@pytest.mark.parametrize("name", ["trials", "params", "user_attributes", "system_attributes", "intermediate_values"])
def test_what_holds_more_never_costs_less(storage: StorageKind, name: str) -> None:
    few, more = resume_cost(ROWS, storage), resume_cost(replace(ROWS, **{name: 10 * getattr(ROWS, name)}), storage)
    assert few is not None
    assert more is not None
    assert more.opening_cpu_s.value >= few.opening_cpu_s.value
    assert more.opening_bytes.value >= few.opening_bytes.value


@pytest.mark.parametrize("storage", MEASURED)
def test_an_estimate_lies_within_its_range(storage: StorageKind) -> None:
    cost = resume_cost(ROWS, storage)
    assert cost is not None
    for estimate in (cost.opening_cpu_s, cost.opening_bytes, cost.tpe_cpu_s):
        assert 0 < estimate.low <= estimate.value <= estimate.high


def test_attributes_of_both_kinds_count_alike() -> None:
    user = replace(ROWS, user_attributes=30_000, system_attributes=0)
    system = replace(ROWS, user_attributes=0, system_attributes=30_000)
    assert resume_cost(user, StorageKind.SQLITE) == resume_cost(system, StorageKind.SQLITE)


def test_a_storage_that_was_not_measured_has_no_estimate() -> None:
    assert resume_cost(ROWS, StorageKind.MYSQL) is None


def test_beyond_the_largest_study_an_estimate_is_extrapolated() -> None:
    largest = coefficients()["largest_trials"]
    for trials, is_extrapolated in ((largest, False), (largest + 1, True)):
        cost = resume_cost(replace(ROWS, trials=trials), StorageKind.SQLITE)
        assert cost is not None
        assert cost.is_extrapolated is is_extrapolated


def test_the_coefficients_tell_where_they_come_from() -> None:
    data = coefficients()
    assert data["command"] == "python benchmarks/resume_cost.py --write"
    assert data["optuna"]
    assert all(of["opening_cpu_s"]["measurements"] >= len(data["sizes"]) for of in data["storages"].values())
    assert json.dumps(data)
    assert {field.name for field in fields(StoredRows)} >= {"trials", "params", "intermediate_values"}
