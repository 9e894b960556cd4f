"""Exceptions that end loops over trials are noted with their cause, place and count, and rise as they would."""

from types import ModuleType
from typing import Any

import pytest

from harness.attach.deaths import Deaths, observe_deaths


class LockedError(Exception):
    """What a driver raises."""


@pytest.fixture
def noted() -> list[bool]:
    return []


@pytest.fixture
def deaths(noted: list[bool]) -> Deaths:
    return Deaths(noted.append)


@pytest.fixture
def optimize(deaths: Deaths) -> Any:
    """A module of studies, with a loop that calls what it is given."""
    module = ModuleType("study")
    module._optimize = lambda objective: objective()  # type: ignore[attr-defined]
    observe_deaths(module, deaths)
    return lambda objective: module._optimize(objective)


def raising(error: Exception, cause: Exception | None = None) -> Any:
    def objective() -> None:
        raise error from cause

    return objective


def test_an_exception_is_noted_by_its_cause_and_rises(optimize: Any, deaths: Deaths, noted: list[bool]) -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError, match="commit failed"):
            optimize(raising(RuntimeError("commit failed"), LockedError("database is locked\n[SQL: INSERT ...]")))

    (row,) = deaths.rows()
    assert (row.error, row.message, row.count) == ("LockedError", "database is locked", 2)
    assert row.where is not None
    assert row.where.startswith(f"{__file__}:")
    assert noted == [True, False]


def test_a_loop_inside_another_is_no_second_death(optimize: Any, deaths: Deaths) -> None:
    with pytest.raises(ValueError, match="inner"):
        optimize(lambda: optimize(raising(ValueError("inner"))))

    assert [row.count for row in deaths.rows()] == [1]


def test_what_the_user_asked_for_is_no_death(optimize: Any, deaths: Deaths) -> None:
    for error in (KeyboardInterrupt(), SystemExit(1)):
        with pytest.raises(type(error)):
            optimize(raising(error))  # type: ignore[arg-type]
    assert optimize(lambda: 3) == 3
    assert deaths.rows() == ()


def test_messages_are_short_and_without_passwords(optimize: Any, deaths: Deaths) -> None:
    class OddError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    for error in (ValueError("cannot reach postgresql://me:s3cr3t@host/db " + "x" * 9000), OddError()):
        with pytest.raises(type(error)):
            optimize(raising(error))

    said = {row.error: row.message for row in deaths.rows()}
    assert said["ValueError"].startswith("cannot reach postgresql://me:***@host/db x")
    assert len(said["ValueError"]) == 200
    assert said["OddError"] == ""


def test_kinds_are_bounded(optimize: Any, deaths: Deaths) -> None:
    for number in range(100):
        with pytest.raises(ValueError, match=str(number)):
            optimize(raising(ValueError(f"number {number}")))
    assert len(deaths.rows()) == 16


def test_another_version_without_the_loop_is_left_alone(deaths: Deaths) -> None:
    module = ModuleType("study")
    observe_deaths(module, deaths)()
    assert not hasattr(module, "_optimize")


def test_an_exception_on_its_way_ends_a_worker(deaths: Deaths) -> None:
    """As multiprocessing's children finish: inside a `finally`."""
    try:
        try:
            raise LockedError("database is locked")
        finally:
            deaths.note_end(0)
    except LockedError:
        pass

    (row,) = deaths.rows()
    assert (row.error, row.message, row.count, row.in_loop) == ("LockedError", "database is locked", 1, False)


def test_what_a_loop_was_left_by_ends_its_worker_once(optimize: Any, deaths: Deaths) -> None:
    try:
        optimize(raising(LockedError("database is locked")))
    except LockedError:
        deaths.note_end(1)

    assert [(row.count, row.in_loop) for row in deaths.rows()] == [(1, True)]


def test_what_the_interpreter_printed_counts_where_a_trial_was_open(
    deaths: Deaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.last_value", LockedError("no plot"), raising=False)
    monkeypatch.delattr("sys.ps1", raising=False)
    deaths.note_end(0)
    assert deaths.rows() == ()
    deaths.note_end(1)
    assert [row.error for row in deaths.rows()] == ["LockedError"]


def test_an_end_without_an_exception_is_none(deaths: Deaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.last_value", KeyboardInterrupt(), raising=False)
    deaths.note_end(3)
    assert deaths.rows() == ()
