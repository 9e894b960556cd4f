"""How data is made smaller: by a share of sources, or by a setting, and never below what the workload takes."""

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.model.plan import Plan
from harness.model.probing import Cut
from harness.runner.sizing import Sizing, sizing_of

BARS = "calm:5000:15min:1"


def topstepb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **settings: str | int) -> tuple[Plan, Sizing]:
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    plan = Plan(workload="topstepb", settings=tuple({"bars": BARS, **settings}.items()))
    return plan, sizing_of(plan)


def test_the_reference_workload_is_cut_by_its_first_bars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, sizing = topstepb(tmp_path, monkeypatch)
    assert sizing.cut is Cut.SETTING
    assert sizing.least_share == pytest.approx(0.4)  # of 5,000 bars, 2,000 can be split
    half = sizing.at(plan, 0.5)
    assert half.choices == {"bars": BARS, "first": 2500}
    assert half.share == 1.0


def test_bars_that_were_left_out_already_stay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, sizing = topstepb(tmp_path, monkeypatch, first=3000)
    assert sizing.at(plan, 1.0).choices["first"] == 3000
    assert sizing.least_share == pytest.approx(2 / 3)


def test_too_few_bars_leave_no_smaller_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, sizing = topstepb(tmp_path, monkeypatch, first=1500)
    assert sizing.least_share == 1.0


def test_an_objective_of_the_users_own_is_cut_at_its_sources() -> None:
    plan = Plan(workload="mine:objective")
    sizing = sizing_of(plan)
    assert sizing.cut is Cut.SOURCE
    assert sizing.at(plan, 0.25).share == 0.25


def test_what_cannot_be_cut_stays_whole() -> None:
    plan = Plan(workload="mine:objective")
    sizing = sizing_of(plan).without("it has no rows")
    assert sizing.at(plan, 0.25) == plan
    assert (sizing.cut, sizing.least_share, sizing.why_uncut) == (Cut.NONE, 1.0, "it has no rows")


def test_a_name_that_nobody_registered_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'topstepb'"):
        sizing_of(Plan(workload="topstepd"))
