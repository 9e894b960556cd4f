"""Loading a workload: which way its values are better, and who says so."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.model.directions import Direction, Directions, DirectionSource, assumed
from harness.model.plan import Plan
from harness.runner.loading import directions_in, loaded

LESS, MORE = Direction.MINIMIZE, Direction.MAXIMIZE


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("create_study()", (LESS,)),
        ("optuna.create_study(direction='maximize', storage=url)", (MORE,)),
        ("study.create_study(directions=['minimize', 'maximize'])", (LESS, MORE)),
        ("create_study(direction=optuna.study.StudyDirection.MAXIMIZE)", (MORE,)),
        ("create_study(directions=[StudyDirection.MINIMIZE] * 3)", (LESS, LESS, LESS)),
        ("create_study(direction=WAY)", (MORE,)),
        ("if __name__ == '__main__':\n    create_study(direction='maximize')", (MORE,)),
        ("create_study(direction='maximize'); create_study(direction='maximize')", (MORE,)),
        ("create_study(direction='maximize'); create_study()", None),
        ("create_study(direction=arguments.MAXIMIZE)", None),
        ("create_study(**options)", None),
        ("create_study(directions=['minimize'] * count)", None),
        ("create_study(direction=unknown)", None),
        ("print('create_study(direction=1)')", None),
        ("def", None),
    ],
)
def test_directions_are_read_from_a_modules_text(text: str, each: tuple[Direction, ...] | None) -> None:
    assert directions_in(text, {"WAY": "maximize"}) == each


def module(name: str, text: str) -> Plan:
    Path(f"{name}.py").write_text(
        f"import harness, optuna\ndef objective(trial): return 1.0\n{text}\n"
        "W = harness.Workload(name='w', objective=objective, directions='maximize')\n"
    )
    return Plan(workload=f"{name}:objective")


def test_what_is_given_is_taken() -> None:
    asked = Directions(each=(MORE,), source=DirectionSource.OPTION)
    plan = replace(module("given", "optuna.create_study()"), directions=asked)

    assert loaded(plan).directions is asked


def test_the_workload_says_it_itself() -> None:
    module("own", "optuna.create_study()")

    assert loaded(Plan(workload="own:W")).directions == Directions(each=(MORE,), source=DirectionSource.WORKLOAD)


def test_an_option_against_the_workloads_own_word_is_refused() -> None:
    module("against", "")
    plan = Plan(workload="against:W", directions=Directions(each=(LESS,), source=DirectionSource.OPTION))

    with pytest.raises(InputError, match="against:W says itself that its values are to maximize, not minimize"):
        loaded(plan)


def test_the_study_of_the_module_says_it() -> None:
    plan = module("seen", "def main():\n    optuna.create_study(direction='maximize').optimize(objective)")

    assert loaded(plan).directions == Directions(each=(MORE,), source=DirectionSource.STUDY)


def test_a_study_made_while_importing_says_it() -> None:
    plan = module("made", "ways = ['maximize', 'minimize'][:1]\nstudy = optuna.create_study(directions=list(ways))")

    assert loaded(plan).directions == Directions(each=(MORE,), source=DirectionSource.STUDY)


def test_where_nobody_says_it_optunas_default_is_assumed_or_it_is_asked_for() -> None:
    plan = module("silent", "")

    assert loaded(plan).directions == assumed(1)
    with pytest.raises(InputError, match=r"silent:objective does not say which way.*add --direction minimize or"):
        loaded(replace(plan, needs_direction=True))


def test_a_module_sees_no_arguments_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["child", "/some/folder", "12"])
    plan = module("parsing", "import argparse\narguments = argparse.ArgumentParser().parse_args()")

    assert loaded(plan).directions == assumed(1)
    assert sys.argv == ["child", "/some/folder", "12"]
