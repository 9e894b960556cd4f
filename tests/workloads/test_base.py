"""Workloads: what a plan's workload may be."""

import pytest

from harness.errors import InputError
from harness.model.plan import Plan
from harness.workloads import base
from harness.workloads.base import Direction, Workload, workload_of


def objective(trial: object) -> float:
    return 1.0


OWN = Workload(name="own", objective=objective, directions=(Direction.MAXIMIZE,))


def found(monkeypatch: pytest.MonkeyPatch, thing: object) -> None:
    monkeypatch.setattr(base, "load_workload", lambda name: thing)


def test_a_plain_function_is_minimised(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, objective)

    workload = workload_of(Plan(workload="mine:objective"))

    assert workload == Workload(name="mine:objective", objective=objective)
    assert workload.directions == (Direction.MINIMIZE,)
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

    with pytest.raises(InputError, match=r"'mine:x' is a int: name an objective function or a harness\.Workload"):
        workload_of(Plan(workload="mine:x"))


def test_a_plain_function_takes_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, objective)

    with pytest.raises(InputError, match="takes no settings, but the plan has bars, rung"):
        workload_of(Plan(workload="mine:objective", settings=(("bars", 1), ("rung", 2))))
