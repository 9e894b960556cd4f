"""Figures are well-formed, follow the page's colours, say what they show, and are missing where nothing was."""

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from harness.report.palette import VARIABLES
from harness.report.profiled.forms import figures, graphs
from harness.report.profiled.summary import ProfileSummary
from harness.report.svg import Drawing
from tests.report.profiled import reports

DRAW: dict[str, Callable[[ProfileSummary], Drawing | None]] = {
    "ledger": lambda summary: figures.ledger_bar(summary.ledger, "r1"),
    "timeline": lambda summary: figures.timeline(summary.timeline, "r1"),
    "flame": lambda summary: figures.flame(None if summary.stacks is None else summary.stacks.flame, "r1"),
    "course": lambda summary: graphs.course(summary.course, "r1"),
    "tree": lambda summary: graphs.tree(summary.memory, "r1"),
    "growth": lambda summary: graphs.growth(summary.memory, "r1"),
}


def forms(name: str, summary: ProfileSummary) -> tuple[str, str]:
    drawing = DRAW[name](summary)
    assert drawing is not None
    return drawing.wide, drawing.narrow


@pytest.mark.parametrize("name", DRAW)
def test_every_colour_is_a_variable_of_the_page(name: str, summary: ProfileSummary) -> None:
    for svg in forms(name, summary):
        assert re.findall(r"#[0-9a-fA-F]{6}\b", svg) == []
        used = set(re.findall(r"var\((--[\w-]+)\)", svg))
        assert used
        assert used <= set(VARIABLES.values())


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_has_a_title_and_a_description_of_its_own(name: str, summary: ProfileSummary) -> None:
    for svg in forms(name, summary):
        root = ElementTree.fromstring(svg)
        title, text = root.attrib["aria-labelledby"].split()
        ids = {element.attrib["id"]: element.text for element in root.iter() if "id" in element.attrib}
        assert ids[title]
        assert ids[text]


@pytest.mark.parametrize("name", DRAW)
def test_every_coordinate_is_a_plain_number_on_the_sheet(name: str, summary: ProfileSummary) -> None:
    for svg in forms(name, summary):
        root = ElementTree.fromstring(svg)
        width, height = (float(number) for number in root.attrib["viewBox"].split()[2:])
        for element in root.iter("{http://www.w3.org/2000/svg}rect"):
            x, y, w, h = (float(element.attrib[key]) for key in ("x", "y", "width", "height"))
            assert -1 <= x <= x + w <= width + 1
            assert -1 <= y <= y + h <= height + 1
            assert w > 0 or name == "ledger"


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_is_missing_where_nothing_was_measured(name: str) -> None:
    assert DRAW[name](reports.empty().runs[0]) is None


def test_a_bar_of_the_timeline_tells_its_trial_when_pointed_at(summary: ProfileSummary) -> None:
    wide, _ = forms("timeline", summary)
    assert "<title>trial 9, pruned: 196 ms, from 607 ms</title>" in wide


def test_the_narrow_timeline_has_no_tooltips_and_few_elements(summary: ProfileSummary) -> None:
    _, narrow = forms("timeline", summary)
    assert narrow.count("<rect") == 3  # the lanes' ground


def test_allocations_are_told_in_bytes() -> None:
    drawing = figures.allocations(reports.asked().runs[0].allocations, "r1")
    assert drawing is not None
    assert "<title>load (optimise.py:9): 67 %, 40.0 MiB</title>" in drawing.wide


def test_two_runs_share_no_id() -> None:
    ids = [
        found
        for key in ("r1", "r2")
        for drawing in [graphs.course(reports.whole().runs[0].course, key)]
        if drawing is not None
        for found in re.findall(r'\bid="([^"]+)"', drawing.wide + drawing.narrow)
    ]
    assert len(ids) == 8
    assert len(ids) == len(set(ids))


def test_one_far_outlier_does_not_flatten_the_course(summary: ProfileSummary) -> None:
    assert summary.course is not None
    points = list(summary.course.durations)
    points[100] = replace(points[100], middle_s=500.0, low_s=500.0, high_s=500.0)
    drawing = graphs.course(replace(summary.course, durations=tuple(points)), "r1")
    assert drawing is not None
    assert "Duration of a trial (1 beyond the top)" in drawing.wide
    assert "200 ms" in drawing.wide
