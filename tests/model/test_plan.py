"""The plan: what it refuses, and that it is a value."""

from typing import Any

import pytest

from harness.errors import InputError
from harness.model.plan import Backend, Plan, StorageKind

PROCESSES: dict[str, Any] = {"backend": Backend.PROCESSES, "workers": 2}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"trials": 0}, "at least one trial, not 0"),
        ({"workers": 0, "backend": Backend.THREADS}, "at least one worker, not 0"),
        ({"workers": 2}, "the serial backend has one worker, not 2: choose threads or processes"),
        (PROCESSES, "processes cannot share the memory storage: choose sqlite or journal"),
        ({"timeout_s": 0}, "a positive number of seconds, not 0"),
        ({"timeout_s": float("nan")}, "a positive number of seconds, not nan"),
        ({"seed": -1}, "a seed is a whole number from 0 to 2,147,483,647, not -1"),
        ({"seed": 2**31}, "a seed is a whole number"),
        ({"settings": (("a", 1), ("b", 2), ("a", 3))}, "a setting is given twice: a$"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Plan(workload="w", **fields)


@pytest.mark.parametrize("storage", [StorageKind.SQLITE, StorageKind.JOURNAL])
def test_processes_share_a_storage_on_disk(storage: StorageKind) -> None:
    assert Plan(workload="w", storage=storage, **PROCESSES).workers == 2


def test_equal_plans_are_one_key() -> None:
    assert len({Plan(workload="w", settings=(("a", 1),)), Plan(workload="w", settings=(("a", 1),))}) == 1


def test_settings_are_read_by_name() -> None:
    assert Plan(workload="w", settings=(("bars", 5), ("rung", "compiled"))).choices == {"bars": 5, "rung": "compiled"}
