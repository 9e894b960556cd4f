"""The console form keeps to its width, is plain where it must be, and is short."""

import pytest

from harness.report.profiled.forms import console
from harness.report.profiled.summary import ProfileReport


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_is_wider_than_the_terminal(any_report: ProfileReport, width: int) -> None:
    assert max(len(line) for line in console.render(any_report, width).splitlines()) <= width


def test_a_pipe_gets_no_escape_sequence(any_report: ProfileReport) -> None:
    assert "\x1b" not in console.render(any_report, 80, colour=False)


def test_a_terminal_gets_colour_and_the_same_words(report: ProfileReport) -> None:
    coloured = console.render(report, 80, colour=True)
    assert "\x1b[" in coloured
    assert "What is worth doing" in coloured


def test_a_run_fits_three_small_screens(report: ProfileReport) -> None:
    assert len(console.render(report, 80).splitlines()) <= 72


def test_a_finding_is_told_with_its_saving_place_and_remedy(report: ProfileReport) -> None:
    text = console.render(report, 100)
    assert "Saves at most 77 % of the study's time, 51.6 ms per trial. optimise.py:30" in text
    assert "-> Compute the whole column at once" in text
