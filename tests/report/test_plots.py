"""Figures are the same each time, follow the page's colours and say what they show."""

import re
from dataclasses import replace

import matplotlib
import pytest

from harness.report import plots
from harness.report.palette import VARIABLES
from harness.report.summary import Summary

Drawn = dict[str, tuple[str, str]]
DRAW = {"cost": plots.cost, "spans": plots.spans, "timeline": plots.timeline, "memory": plots.memory}


@pytest.fixture(scope="module")
def drawn(summary: Summary) -> Drawn:
    return {name: forms(name, summary) for name in DRAW}


def forms(name: str, summary: Summary) -> tuple[str, str]:
    drawing = DRAW[name](summary)
    assert drawing is not None
    return drawing.wide, drawing.narrow


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_is_the_same_each_time(name: str, summary: Summary, drawn: Drawn) -> None:
    assert forms(name, summary) == drawn[name]


@pytest.mark.parametrize("name", DRAW)
def test_every_colour_is_a_variable_of_the_page(name: str, drawn: Drawn) -> None:
    for svg in drawn[name]:
        assert re.findall(r"#[0-9a-fA-F]{6}\b", svg) == []
        assert set(re.findall(r"var\((--[\w-]+)\)", svg)) <= set(VARIABLES.values())


@pytest.mark.parametrize("name", DRAW)
def test_no_two_figures_share_an_id_and_every_reference_has_its_target(name: str, drawn: Drawn) -> None:
    for svg in drawn[name]:
        ids = re.findall(r'\bid="([^"]+)"', svg)
        assert len(ids) == len(set(ids))
        assert all(found.startswith(f"{name}-") for found in ids)
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= set(ids)


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_has_a_title_and_a_description(name: str, drawn: Drawn) -> None:
    for svg in drawn[name]:
        assert re.search(r"<title [^>]*>[^<]+</title><desc [^>]*>[^<]+</desc>", svg)
        assert 'role="img"' in svg


@pytest.mark.parametrize("name", DRAW)
def test_nothing_tells_when_or_with_what_a_figure_was_drawn(name: str, drawn: Drawn) -> None:
    for svg in drawn[name]:
        assert "metadata" not in svg
        assert "matplotlib" not in svg.lower()


def test_nothing_measured_gives_no_figure(summary: Summary) -> None:
    bare = replace(
        summary,
        breakdowns=(),
        memory=(),
        overlap=replace(summary.overlap, timelines=()),
        cost_model=replace(summary.cost_model, points=(), line=()),
    )
    assert [draw(bare) for draw in DRAW.values()] == [None] * 4


def test_a_name_with_dollars_is_no_formula(summary: Summary) -> None:
    arm = replace(summary.breakdowns[0], arm=r"$x$ $\frac{$")
    assert r"$x$ $\frac{$</text>" in forms("spans", replace(summary, breakdowns=(arm,)))[0]


def test_the_users_own_matplotlib_settings_change_nothing(summary: Summary, drawn: Drawn) -> None:
    with matplotlib.rc_context({"font.size": 30, "axes.grid": True}):
        assert forms("cost", summary) == drawn["cost"]
        assert matplotlib.rcParams["font.size"] == 30
