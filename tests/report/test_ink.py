"""Ticks are round and few, coordinates are plain numbers, texts are cut to their room and escaped."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report import ink
from harness.report.palette import FIRST, VARIABLES
from harness.report.svg import Caption


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [(0, 10, 5, [0, 2, 4, 6, 8, 10]), (0, 1, 4, [0, 0.5, 1]), (3, 3, 5, [3]), (97, 103, 3, [98, 100, 102])],
)
def test_ticks_are_round(low: float, high: float, most: int, expected: list[float]) -> None:
    assert ink.ticks(low, high, most) == pytest.approx(expected)


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(1, 12))
def test_ticks_lie_between_the_bounds_and_are_few(low: float, width: float, most: int) -> None:
    high = low + width
    found = ink.ticks(low, high, most)
    slack = 1e-6 * max(abs(low), abs(high), width)
    assert len(found) <= most + 2
    assert all(low - slack <= tick <= high + slack for tick in found)


def test_an_axis_maps_its_ends_to_its_pixels_even_without_a_width() -> None:
    axis = ink.Axis(low=2.0, high=4.0, start=100.0, end=0.0)
    assert [axis.at(value) for value in (2.0, 3.0, 4.0)] == [100.0, 50.0, 0.0]
    assert ink.Axis(low=2.0, high=2.0, start=10.0, end=20.0).at(2.0) == 10.0


@given(st.text(max_size=40), st.floats(0, 300))
def test_a_text_is_cut_to_its_room(said: str, room: float) -> None:
    shown = ink.cut(said, room, 12)
    assert shown in (said, "") or shown.endswith("…")
    assert len(shown) * 12 * ink.LETTER <= room or shown == said or not shown


def test_a_sheet_escapes_what_it_is_told() -> None:
    caption = Caption(key="k", title="<script>", text='"><img>')
    drawn = ink.sheet(caption, 100, 50, [ink.words(0, 10, "<b>&", ink.Note(is_bold=True)), ink.box(1, 2, 3, 4, "]]>")])
    root = ElementTree.fromstring(drawn)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "title", "desc", "text", "rect"}
    assert "<script>" not in drawn


def test_paths_hold_plain_numbers() -> None:
    places = [(1e-9, 2.25, 1e6 / 3, 0.04)]
    for element in (ink.boxes(places), ink.dots([(1e-7, 3.0)], 2.0), ink.stroke([(0.1, 1e-8), (2, 3)], FIRST)):
        assert not re.search(r"\de", element.attrib["d"])


def test_colours_are_the_pages_variables() -> None:
    assert ink.variable(FIRST) == f"var({VARIABLES[FIRST]})"
    with pytest.raises(KeyError):
        ink.variable("#123456")
