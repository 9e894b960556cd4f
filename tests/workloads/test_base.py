"""Workloads: what a plan's workload may be."""

from typing import Any

import optuna
import pytest

from harness.errors import InputError
from harness.model.directions import Direction
from harness.model.plan import Plan
from harness.workloads import base
from harness.workloads.base import Workload, workload_of


def objective(trial: object) -> float:
    return 1.0


OWN = Workload(name="own", objective=objective, directions=(Direction.MAXIMIZE,))


def found(monkeypatch: pytest.MonkeyPatch, thing: object) -> None:
    monkeypatch.setattr(base, "load_workload", lambda name: thing)


def test_a_plain_function_says_nothing_of_its_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, objective)

    workload = workload_of(Plan(workload="mine:objective"))

    assert workload == Workload(name="mine:objective", objective=objective)
    assert workload.ways == ()
    assert dict(workload.facts()) == {}
    workload.warm_up()


def test_a_workload_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, OWN)

    assert workload_of(Plan(workload="mine:WORKLOAD", settings=(("a", 1),))) is OWN


def test_a_registered_builder_is_given_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    found(monkeypatch, lambda plan: asked.append(plan) or OWN)
    plan = Plan(workload="registered", settings=(("a", 1),))

    assert workload_of(plan) is OWN
    assert asked == [plan]


def test_what_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, 17)

    with pytest.raises(InputError, match=r"'mine:x' is of type int: name an objective function or a harness\.Workload"):
        workload_of(Plan(workload="mine:x"))


def test_a_function_that_takes_no_trial_is_told_from_what_it_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, lambda: objective)

    with pytest.raises(InputError, match=r"'mine:make' takes no trial, .* name 'mine:make\(\)'"):
        workload_of(Plan(workload="mine:make"))
    found(monkeypatch, lambda *values: objective(*values))
    assert workload_of(Plan(workload="mine:x")).name == "mine:x"


def test_a_plain_function_takes_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, objective)

    with pytest.raises(InputError, match="takes no settings, but the plan has bars, rung"):
        workload_of(Plan(workload="mine:objective", settings=(("bars", 1), ("rung", 2))))


@pytest.mark.parametrize(
    ("given", "ways"),
    [
        ("maximize", (Direction.MAXIMIZE,)),
        (("minimize", "maximize"), (Direction.MINIMIZE, Direction.MAXIMIZE)),
        ([Direction.MAXIMIZE, "MINIMIZE"], (Direction.MAXIMIZE, Direction.MINIMIZE)),
        (optuna.study.StudyDirection.MAXIMIZE, (Direction.MAXIMIZE,)),
        ([optuna.study.StudyDirection.MINIMIZE, "maximize"], (Direction.MINIMIZE, Direction.MAXIMIZE)),
    ],
)
def test_directions_are_given_in_optunas_words(given: Any, ways: tuple[Direction, ...]) -> None:
    assert Workload(name="own", objective=objective, directions=given).ways == ways


@pytest.mark.parametrize("given", ["upward", ("minimize", 3), optuna.study.StudyDirection.NOT_SET])
def test_what_is_no_direction_is_refused(given: Any) -> None:
    with pytest.raises(InputError, match="a direction of own is minimize or maximize"):
        Workload(name="own", objective=objective, directions=given)


def test_a_class_that_is_called_with_a_trial_is_made_first(monkeypatch: pytest.MonkeyPatch) -> None:
    class Made:
        def __call__(self, trial: object) -> float:
            return 3.0

    found(monkeypatch, Made)

    assert workload_of(Plan(workload="mine:Made")).objective(None) == 3.0


def test_a_class_that_is_no_objective_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain:
        pass

    found(monkeypatch, Plain)

    with pytest.raises(InputError, match=r"'mine:Plain' is a class: name an objective"):
        workload_of(Plan(workload="mine:Plain"))
